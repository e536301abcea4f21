package org.resnetserving.dataplane;

import java.util.List;
import org.resnetserving.admission.Deadline;
import org.resnetserving.problem.ProblemException;
import org.resnetserving.serving.Input;
import org.resnetserving.serving.Outcome;
import org.resnetserving.serving.PictureResult;
import org.resnetserving.serving.Ranking;
import org.resnetserving.serving.ServedModel;
import org.resnetserving.serving.StageClock;
import org.resnetserving.serving.Wanted;

/** One request to one model, under way. Not thread-safe: it belongs to its request. */
public final class Exchange {
  private final ServedModel model;
  private final StageClock clock;
  private final RequestMetrics metrics;
  private final RequestSpans spans;

  Exchange(ServedModel model, StageClock clock, RequestMetrics metrics, RequestSpans spans) {
    this.model = model;
    this.clock = clock;
    this.metrics = metrics;
    this.spans = spans;
  }

  /** The model that is asked. */
  public ServedModel model() {
    return model;
  }

  /** What the time is spent on. */
  public StageClock clock() {
    return clock;
  }

  /**
   * Runs the network on each of the pictures. They are decoded one after the other and run beside
   * each other.
   *
   * @param inputs at least one
   * @param wanted what is asked for beside the logits
   * @return one outcome for each, in their order; a bad picture harms no other
   * @throws ProblemException for what is wrong with all of them (MODEL_NOT_READY, OVERLOADED,
   *     DEADLINE_EXCEEDED, SHUTTING_DOWN, ANSWER_UNAVAILABLE)
   */
  public List<Outcome> infer(List<? extends Input> inputs, Wanted wanted, Deadline deadline) {
    List<Outcome> outcomes = model.infer(inputs, wanted, deadline, clock);
    for (Outcome outcome : outcomes) {
      outcome.ifAnswered(result -> spans.inferred(model.program(), result.batchSize()));
      metrics.picture(model.name(), outcome);
    }
    return outcomes;
  }

  /**
   * Runs the network on one picture.
   *
   * @throws ProblemException as {@link #infer(List, Wanted, Deadline)}, and for what is wrong with
   *     the picture
   */
  public PictureResult infer(Input input, Wanted wanted, Deadline deadline) {
    return infer(List.of(input), wanted, deadline).get(0).result();
  }

  /** The most probable classes, as a client asked for them. */
  public List<Prediction> rank(PictureResult result, ClassifyParameters parameters) {
    return Ranking.top(
            result.inference().logits(),
            model.activation(),
            parameters.topK(),
            parameters.minProbability())
        .stream()
        .map(ranked -> new Prediction(model.labels().get(ranked.index()), ranked.probability()))
        .toList();
  }
}
