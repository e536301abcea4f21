package org.resnetserving.dataplane;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.resnetserving.admission.Deadline;
import org.resnetserving.problem.ProblemException;
import org.resnetserving.problem.RetryAfter;
import org.resnetserving.serving.Ensemble;
import org.resnetserving.serving.Input;
import org.resnetserving.serving.Outcome;
import org.resnetserving.serving.PictureResult;
import org.resnetserving.serving.ServedModel;
import org.resnetserving.serving.StageClock;
import org.resnetserving.serving.Wanted;

/** One request to several models, under way. Not thread-safe: it belongs to its request. */
public final class EnsembleExchange {
  private final Function<String, ServedModel> catalog;
  private final StageClock clock;
  private final RequestMetrics metrics;
  private final AnswerListener listener;
  private @Nullable Ensemble ensemble;

  EnsembleExchange(
      Function<String, ServedModel> catalog,
      StageClock clock,
      RequestMetrics metrics,
      AnswerListener listener) {
    this.catalog = catalog;
    this.clock = clock;
    this.metrics = metrics;
    this.listener = listener;
  }

  /** What the time is spent on. */
  public StageClock clock() {
    return clock;
  }

  /**
   * Finds the models that a request names.
   *
   * @throws ProblemException (MODEL_UNKNOWN) naming those that exist; (PARAMETER_INVALID)
   */
  public Ensemble choose(Map<String, List<String>> given) {
    Ensemble chosen =
        Ensemble.of(
            given.getOrDefault(Ensemble.MODELS, List.of()).stream()
                .flatMap(names -> Arrays.stream(names.split(",", -1)))
                .limit(Ensemble.MOST + 1L)
                .map(name -> catalog.apply(name.strip()))
                .toList());
    ensemble = chosen;
    return chosen;
  }

  /** The models that were chosen. */
  public Ensemble ensemble() {
    if (ensemble == null) {
      throw new IllegalStateException("no models were chosen");
    }
    return ensemble;
  }

  /** When a client that is refused for want of room may come back. */
  Duration retryAfter() {
    return ensemble == null ? RetryAfter.SHORTEST : ensemble.retryAfter();
  }

  /**
   * What a client says of the ranked labels it wants.
   *
   * @throws ProblemException (PARAMETER_INVALID) naming the parameter and its range;
   *     (ANSWER_UNAVAILABLE) where the models cannot give what is asked for
   */
  public ClassifyParameters parameters(Map<String, List<String>> given) {
    ClassifyParameters parameters = ClassifyParameters.ofSeveral(given, ensemble().labels());
    Classification.requireAnswerable(parameters, ensemble().labels(), ensemble().activation());
    return parameters;
  }

  /**
   * Runs all networks on each of the pictures.
   *
   * @return one outcome for each, in their order; a bad picture harms no other
   * @throws ProblemException for what is wrong with all of them, naming the model
   */
  public List<Outcome> infer(
      List<? extends Input> inputs, ClassifyParameters parameters, Deadline deadline) {
    // The same of all, each of which says so if it cannot give it.
    List<Wanted> wanted =
        ensemble().models().stream().map(model -> Exchange.wanted(model, parameters)).toList();
    List<Outcome> outcomes = ensemble().infer(inputs, wanted.get(0), deadline, clock);
    outcomes.forEach(
        outcome -> ensemble().models().forEach(model -> metrics.picture(model.name(), outcome)));
    listener.onOutcomes(outcomes);
    return outcomes;
  }

  /** What the models together say of a picture, as a client asked for it. */
  public Classification classification(PictureResult result, ClassifyParameters parameters) {
    Double asked = parameters.minProbability();
    // No model's own thresholds are those of an average.
    double least = asked == null ? 0 : asked;
    return Classification.of(
        result.probabilities(ensemble().activation()),
        ensemble().activation(),
        ensemble().labels(),
        parameters,
        ensemble().models().get(0).thresholds(least));
  }
}
