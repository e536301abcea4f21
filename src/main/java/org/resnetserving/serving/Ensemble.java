package org.resnetserving.serving;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.resnetserving.admission.Deadline;
import org.resnetserving.admission.Terms;
import org.resnetserving.models.Label;
import org.resnetserving.models.Labels;
import org.resnetserving.network.Activation;
import org.resnetserving.problem.ProblemException;
import org.resnetserving.problem.ProblemType;

/**
 * Several models that tell the same classes apart and answer as one: their probabilities are
 * averaged, in double precision, as in the winning entry of He et al. (arXiv 1512.03385). All or
 * none: where one of them cannot answer, there is no answer.
 */
public final class Ensemble implements Terms {
  /** Models that a request may ask at once. */
  public static final int MOST = 8;

  /** The parameter that names them. */
  public static final String MODELS = "models";

  private final List<ServedModel> models;

  private Ensemble(List<ServedModel> models) {
    this.models = List.copyOf(models);
  }

  /**
   * An ensemble.
   *
   * @param models 2 to {@link #MOST}, each once
   * @throws ProblemException (PARAMETER_INVALID) if there are more or fewer, or one is there twice
   */
  public static Ensemble of(List<ServedModel> models) {
    List<String> names = models.stream().map(ServedModel::name).toList();
    Set<String> seen = new HashSet<>();
    if (models.size() < 2 || models.size() > MOST || !names.stream().allMatch(seen::add)) {
      throw invalid(
          "it must name 2 to %d models, each once, and names %d: %s."
              .formatted(MOST, models.size(), String.join(", ", names)));
    }
    return new Ensemble(models);
  }

  /** The models, in the order they were named. */
  public List<ServedModel> models() {
    return models;
  }

  /** What the outputs stand for: the same for all, in the words of the first. */
  public Labels labels() {
    return models.get(0).labels();
  }

  /** What makes probabilities of the outputs: the same for all. */
  public Activation activation() {
    return models.get(0).activation();
  }

  /** The longest of their times: a request is answered when the slowest has answered. */
  @Override
  public Duration deadline() {
    return models.stream().map(ServedModel::deadline).max(Duration::compareTo).orElseThrow();
  }

  @Override
  public Duration maxDeadline() {
    return models.stream().map(ServedModel::maxDeadline).min(Duration::compareTo).orElseThrow();
  }

  /** When there should be room in all of them. */
  public Duration retryAfter() {
    return models.stream().map(ServedModel::retryAfter).max(Duration::compareTo).orElseThrow();
  }

  /**
   * Nothing if all models answer, there is room in each, and their answers can be averaged.
   *
   * @throws ProblemException (MODEL_NOT_READY, OVERLOADED) naming the model; (PARAMETER_INVALID)
   *     naming the first class in which the labels differ; (ANSWER_UNAVAILABLE)
   */
  @Override
  public void requireReady() {
    models.forEach(model -> naming(model, model::requireReady));
    ServedModel first = models.get(0);
    if (first.labels().size() == 0 || first.activation() == Activation.NONE) {
      throw new ProblemException(
          ProblemType.ANSWER_UNAVAILABLE,
          "Model '%s' gives no probabilities, so there is nothing to average."
              .formatted(first.name()));
    }
    for (ServedModel other : models) {
      difference(first.labels(), other.labels())
          .ifPresent(
              difference -> {
                throw invalid(
                    "the labels of '%s' and '%s' differ: %s."
                        .formatted(first.name(), other.name(), difference));
              });
      if (other.activation() != first.activation()) {
        throw invalid(
            "'%s' has %s probabilities, and '%s' has %s."
                .formatted(
                    first.name(),
                    first.activation().name().toLowerCase(Locale.ROOT),
                    other.name(),
                    other.activation().name().toLowerCase(Locale.ROOT)));
      }
    }
  }

  /** The first difference; classes are the same by wnid, or by name where one has none. */
  static Optional<String> difference(Labels one, Labels other) {
    if (one.size() != other.size()) {
      return Optional.of("there are %d and %d".formatted(one.size(), other.size()));
    }
    return IntStream.range(0, one.size())
        .filter(index -> !same(one.get(index), other.get(index)))
        .mapToObj(
            index ->
                "class %d is '%s' and '%s'"
                    .formatted(index, one.get(index).name(), other.get(index).name()))
        .findFirst();
  }

  private static boolean same(Label one, Label other) {
    return (one.wnid() != null && other.wnid() != null)
        ? one.wnid().equals(other.wnid())
        : one.name().equals(other.name());
  }

  /**
   * Runs all networks on pictures. Each picture is decoded once for all models that want the same
   * made of it; the models run beside each other, through their own queues, in which all places are
   * taken first.
   *
   * @param inputs at least one
   * @param wanted what is asked for beside the logits
   * @return one outcome for each: a result with the views of all models, or the first problem
   * @throws ProblemException as {@link ServedModel#infer}, naming the model
   */
  public List<Outcome> infer(
      List<? extends Input> inputs, Wanted wanted, Deadline deadline, StageClock clock) {
    DecodedOnce decodedOnce = DecodedOnce.ofRequest();
    List<Asking> askings = new ArrayList<>();
    try {
      for (ServedModel model : models) {
        Asking asking = naming(model, () -> model.asking(wanted, deadline, clock, decodedOnce));
        askings.add(asking);
        naming(model, () -> asking.enter(inputs));
      }
      for (int i = 0; i < models.size(); i++) {
        naming(models.get(i), askings.get(i)::send);
      }
      for (int i = 0; i < models.size(); i++) {
        naming(models.get(i), askings.get(i)::finish);
      }
      List<List<Outcome>> outcomes = new ArrayList<>();
      for (int i = 0; i < models.size(); i++) {
        outcomes.add(naming(models.get(i), askings.get(i)::outcomes));
      }
      return IntStream.range(0, inputs.size())
          .mapToObj(index -> together(outcomes.stream().map(own -> own.get(index)).toList()))
          .toList();
    } finally {
      askings.forEach(Asking::close);
      decodedOnce.close();
    }
  }

  /** Views count equally, and each model has as many: so do the models. */
  private Outcome together(List<Outcome> outcomes) {
    return answer(outcomes).after(Lookup.together(outcomes.stream().map(Outcome::lookup).toList()));
  }

  private Outcome answer(List<Outcome> outcomes) {
    for (int i = 0; i < outcomes.size(); i++) {
      ProblemException problem = outcomes.get(i).problem().orElse(null);
      if (problem != null) {
        return Outcome.failed(
            problem.type() == ProblemType.INFERENCE_FAILED
                ? problem.with("model", models.get(i).name())
                : problem);
      }
    }
    List<PictureResult> results = outcomes.stream().map(Outcome::result).toList();
    return Outcome.answered(
        new PictureResult(
            results.stream().map(PictureResult::views).flatMap(Collection::stream).toList(),
            results.stream().mapToInt(PictureResult::batchSize).max().orElseThrow(),
            results.stream()
                .map(PictureResult::warning)
                .filter(Objects::nonNull)
                .findFirst()
                .orElse(null)));
  }

  private static void naming(ServedModel model, Runnable step) {
    naming(
        model,
        () -> {
          step.run();
          return model;
        });
  }

  private static <T> T naming(ServedModel model, Supplier<T> step) {
    try {
      return step.get();
    } catch (ProblemException e) {
      throw e.with("model", model.name());
    }
  }

  private static ProblemException invalid(String what) {
    return new ProblemException(
            ProblemType.PARAMETER_INVALID,
            "Parameter '%s' cannot be answered: %s".formatted(MODELS, what))
        .with("parameter", MODELS)
        .with("allowed", "2 to %d models with the same labels".formatted(MOST));
  }
}
