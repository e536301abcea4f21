package org.resnetserving.evaluate;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.resnetserving.bulk.ServedClassifier;
import org.resnetserving.bulk.Survey;
import org.resnetserving.evaluate.Evaluation.Missing;
import org.resnetserving.evaluate.Evaluation.Unanswered;
import org.resnetserving.evaluate.LabelledPictures.LabelledPicture;
import org.resnetserving.evaluate.TemperatureFit.Sample;
import org.resnetserving.models.ModelDescriptor.Precision;
import org.resnetserving.network.Activation;
import org.resnetserving.problem.ProblemException;
import org.resnetserving.programs.ProgramChoice;
import org.resnetserving.programs.ProgramSummary;
import org.resnetserving.programs.ProgramTrial;
import org.resnetserving.serving.ServedModel;

/** Asks the service's own model about every picture, in one precision after the other. */
public final class Evaluator {
  /** What a precision is set by. */
  public static final String SETTING = "--resnet.serving.precision";

  private final List<String> settings;
  private final PrintStream err;
  private final boolean terminal;

  /**
   * @param settings of the server, as {@code --name=value}; they may name neither models nor a
   *     precision
   * @param err where progress is shown
   * @param terminal whether that is a terminal
   */
  public Evaluator(List<String> settings, PrintStream err, boolean terminal) {
    this.settings = List.copyOf(settings);
    this.err = err;
    this.terminal = terminal;
  }

  /** What became of a question: an answer, or a problem. */
  private record Said<A>(@Nullable A answer, @Nullable ProblemException problem) {}

  /**
   * Evaluates a model.
   *
   * @param folder as {@link LabelledPictures#read} takes it
   * @param precisions to compute in, at least one; the others are compared with the first
   * @throws IOException if the model fails in the first precision, or later than in its start; if
   *     the folder is not as it should be; if no picture could be read
   */
  public Evaluation evaluate(String model, Path folder, List<Precision> precisions)
      throws IOException, InterruptedException {
    LabelledPictures pictures = null;
    Double temperature = null;
    List<Score> scores = new ArrayList<>();
    List<Missing> missing = new ArrayList<>();
    Map<String, Unanswered> unanswered = new LinkedHashMap<>();
    for (Precision precision : precisions) {
      String name = precision.name().toLowerCase(Locale.ROOT);
      ServedClassifier opened;
      try {
        opened = open(model, name, precision);
      } catch (IOException e) {
        if (scores.isEmpty()) {
          throw e;
        }
        missing.add(new Missing(name, String.valueOf(e.getMessage())));
        continue;
      }
      try (opened) {
        requireOneOfAll(opened.model());
        temperature = opened.model().descriptor().temperature();
        if (pictures == null) {
          pictures = LabelledPictures.read(folder, opened.model().labels());
        }
        Score score = score(opened, precision, pictures.pictures(), unanswered);
        scores.add(score);
        if (score.answered() == 0) {
          Unanswered first = unanswered.values().iterator().next();
          throw new IOException(
              "none of the %d files in %s was answered; the first, %s: %s"
                  .formatted(pictures.pictures().size(), folder, first.file(), first.detail()));
        }
        if (asItCame(opened.model())) {
          break;
        }
      }
    }
    List<LabelledPicture> all = pictures == null ? List.of() : pictures.pictures();
    return new Evaluation(
        model,
        folder.toString(),
        all.size(),
        (int) all.stream().mapToInt(LabelledPicture::truth).distinct().count(),
        temperature,
        pictures == null ? 0 : pictures.loose(),
        List.copyOf(unanswered.values()),
        scores,
        missing);
  }

  /**
   * Finds a model's temperature, in fp32 unless its descriptor says another precision.
   *
   * @param pictures of which classes; of many, some are taken evenly
   * @throws IOException if the model fails; if fewer than {@link TemperatureFit#LEAST} pictures are
   *     answered
   */
  public TemperatureFit temperature(String model, LabelledPictures pictures)
      throws IOException, InterruptedException {
    try (ServedClassifier opened = serve(model, "fp32")) {
      ServedModel served = opened.model();
      requireOneOfAll(served);
      List<LabelledPicture> asked =
          pictures.atMost(
              Math.min(TemperatureFit.MOST, TemperatureFit.MOST_LOGITS / served.labels().size()));
      List<Sample> samples = new ArrayList<>();
      survey(
          opened,
          asked,
          picture -> new Sample(opened.ask(picture.file()).logits(), picture.truth()),
          (picture, said) -> {
            if (said.answer() != null) {
              samples.add(said.answer());
            }
          });
      if (samples.size() < TemperatureFit.LEAST) {
        throw new IOException(
            "a temperature wants %d pictures or more whose class is known; there are %d"
                .formatted(TemperatureFit.LEAST, samples.size()));
      }
      Double own = served.descriptor().temperature();
      ProgramSummary program = served.program();
      return TemperatureFit.of(
          program == null ? "" : program.precision(),
          samples,
          own == null ? List.of() : List.of(own));
    }
  }

  /** Asks about pictures; what is wrong with one of them is no reason to end. */
  private <A> void survey(
      ServedClassifier classifier,
      List<LabelledPicture> pictures,
      Survey.Question<LabelledPicture, A> question,
      BiConsumer<LabelledPicture, Said<A>> receiver)
      throws IOException, InterruptedException {
    new Survey(classifier.atOnce(), err, terminal)
        .<LabelledPicture, Said<A>>run(
            pictures.iterator(),
            pictures.size(),
            0,
            picture -> {
              try {
                return new Said<>(question.ask(picture), null);
              } catch (ProblemException e) {
                return new Said<>(null, e);
              }
            },
            (picture, said) -> {
              receiver.accept(picture, said);
              return said.problem() == null;
            });
  }

  private ServedClassifier serve(String model, String precision)
      throws IOException, InterruptedException {
    List<String> arguments = new ArrayList<>(settings);
    arguments.add(SETTING + "=" + precision);
    return ServedClassifier.open(arguments, model, 1, null);
  }

  /** A model in that precision; its descriptor may say another. */
  private ServedClassifier open(String model, String name, Precision precision)
      throws IOException, InterruptedException {
    ServedClassifier opened = serve(model, name);
    ProgramSummary program = opened.model().program();
    if (precision != Precision.AUTO
        && program != null
        && program.choice() != null
        && !program.precision().equals(name)) {
      opened.close();
      throw new IOException(
          "it runs in %s, because its descriptor says serving.precision: %s"
              .formatted(
                  program.precision(),
                  String.valueOf(opened.model().descriptor().serving().precision())
                      .toLowerCase(Locale.ROOT)));
    }
    return opened;
  }

  private static boolean asItCame(ServedModel model) {
    ProgramSummary program = model.program();
    return program == null || program.choice() == null;
  }

  private static void requireOneOfAll(ServedModel model) throws IOException {
    if (model.labels().size() > 0 && model.activation() != Activation.SOFTMAX) {
      throw new IOException(
          ("model '%s' does not give one class of all (its activation is %s), so that a folder for"
                  + " each class does not say what is right")
              .formatted(model.name(), model.activation().name().toLowerCase(Locale.ROOT)));
    }
  }

  private Score score(
      ServedClassifier classifier,
      Precision precision,
      List<LabelledPicture> pictures,
      Map<String, Unanswered> unanswered)
      throws IOException, InterruptedException {
    ServedModel model = classifier.model();
    ProgramSummary program = model.program();
    String ran = program == null ? "" : program.precision();
    String name = precision == Precision.AUTO ? "auto (" + ran + ")" : ran;
    err.printf(
        "%s: %s%n", model.name(), program == null ? "of unknown program" : program.sentence());
    List<@Nullable Judgement> judgements = new ArrayList<>();
    survey(
        classifier,
        pictures,
        picture ->
            Judgement.of(
                classifier.ask(picture.file()).probabilities(model.activation()), picture.truth()),
        (picture, said) -> {
          judgements.add(said.answer());
          ProblemException problem = said.problem();
          if (problem != null) {
            unanswered.putIfAbsent(
                picture.file(),
                new Unanswered(
                    picture.file(),
                    name,
                    problem.type().slug(),
                    String.valueOf(problem.getMessage())));
          }
        });
    ProgramChoice choice = program == null ? null : program.choice();
    return Score.of(
        name,
        choice == null ? "-" : ProgramTrial.program(choice.kind()),
        pictures,
        judgements,
        model.labels());
  }
}
