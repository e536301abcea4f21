package org.resnetserving.evaluate;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.resnetserving.bulk.ServedClassifier;
import org.resnetserving.bulk.Survey;
import org.resnetserving.evaluate.Evaluation.Missing;
import org.resnetserving.evaluate.Evaluation.Unanswered;
import org.resnetserving.evaluate.LabelledPictures.LabelledPicture;
import org.resnetserving.models.ModelDescriptor.Precision;
import org.resnetserving.network.Activation;
import org.resnetserving.problem.ProblemException;
import org.resnetserving.programs.ProgramSummary;
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

  private record Said(@Nullable Judgement judgement, @Nullable ProblemException problem) {}

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
        pictures == null ? 0 : pictures.loose(),
        List.copyOf(unanswered.values()),
        scores,
        missing);
  }

  /** A model in that precision; its descriptor may say another. */
  private ServedClassifier open(String model, String name, Precision precision)
      throws IOException, InterruptedException {
    List<String> arguments = new ArrayList<>(settings);
    arguments.add(SETTING + "=" + name);
    ServedClassifier opened = ServedClassifier.open(arguments, model, 1, null);
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
    if (model.labels().size() == 0) {
      throw new IOException(
          "the network of model '%s' has no head, so it tells no classes apart"
              .formatted(model.name()));
    }
    if (model.activation() != Activation.SOFTMAX) {
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
    new Survey(classifier.atOnce(), err, terminal)
        .run(
            pictures.iterator(),
            pictures.size(),
            0,
            picture -> ask(classifier, picture),
            (picture, said) -> {
              judgements.add(said.judgement());
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
              return problem == null;
            });
    return Score.of(
        name, program == null ? "" : program.sentence(), pictures, judgements, model.labels());
  }

  private static Said ask(ServedClassifier classifier, LabelledPicture picture)
      throws IOException, InterruptedException {
    try {
      double[] probabilities =
          classifier.ask(picture.file()).probabilities(classifier.model().activation());
      return new Said(Judgement.of(probabilities, picture.truth()), null);
    } catch (ProblemException e) {
      return new Said(null, e);
    }
  }
}
