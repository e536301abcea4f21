package org.resnetserving.dataplane;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.resnetserving.admission.Deadline;
import org.resnetserving.engine.Inference;
import org.resnetserving.explain.ClassActivationMap;
import org.resnetserving.explain.Head;
import org.resnetserving.explain.Overlay;
import org.resnetserving.image.Preset;
import org.resnetserving.network.Activation;
import org.resnetserving.problem.ProblemException;
import org.resnetserving.problem.ProblemType;
import org.resnetserving.programs.ProgramSummary;
import org.resnetserving.serving.Drawing;
import org.resnetserving.serving.Input;
import org.resnetserving.serving.Outcome;
import org.resnetserving.serving.PictureResult;
import org.resnetserving.serving.Ranking;
import org.resnetserving.serving.ServedModel;
import org.resnetserving.serving.StageClock;
import org.resnetserving.serving.Wanted;

/** One request to a model, under way. Not thread-safe: it belongs to its request. */
public final class Exchange {
  private final DataPlane plane;
  private ServedModel model;
  private final StageClock clock;
  private final RequestMetrics metrics;
  private final StageSpans spans;

  Exchange(
      DataPlane plane,
      ServedModel model,
      StageClock clock,
      RequestMetrics metrics,
      StageSpans spans) {
    this.plane = plane;
    this.model = model;
    this.clock = clock;
    this.metrics = metrics;
    this.spans = spans;
  }

  /** The model that is asked. */
  public ServedModel model() {
    return model;
  }

  /** From now on that model is asked: the request said so in its body. */
  public void turnTo(ServedModel chosen) {
    ServedModel next = plane.begun(chosen);
    model.end();
    model = next;
  }

  /** What the time is spent on. */
  public StageClock clock() {
    return clock;
  }

  /**
   * Nothing if the network tells classes apart.
   *
   * @throws ProblemException (ANSWER_UNAVAILABLE) saying what it does instead
   */
  public void requireLabels() {
    if (model.descriptor().ownPreset() != null && model.labels().size() == 0) {
      throw new ProblemException(
          ProblemType.ANSWER_UNAVAILABLE,
          "The network of model '%s' has no head, so it tells no classes apart. It makes embeddings: POST /v1/models/%1$s/embed."
              .formatted(model.name()));
    }
  }

  /**
   * The pooled features of a picture that was asked about with {@link Wanted#FEATURES}.
   *
   * @param normalized whether they are divided by their length (L2), so that the dot product of two
   *     is the cosine of their angle
   * @throws ProblemException (ANSWER_UNAVAILABLE) if the network does not tell them
   */
  public float[] embedding(PictureResult result, boolean normalized) {
    float[] features = result.inference().features();
    if (features == null) {
      throw new ProblemException(
          ProblemType.ANSWER_UNAVAILABLE,
          "The network of model '%s' does not tell its pooled features: it is a program that is run as it is, or it ends otherwise than a ResNet does."
              .formatted(model.name()));
    }
    return normalized ? Embedding.normalized(features) : features;
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
    plane.tell(outcomes);
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

  /**
   * What is asked of the network for ranked labels.
   *
   * @throws ProblemException (PARAMETER_INVALID) if ten views are asked for and there are none
   */
  public Wanted wanted(ClassifyParameters parameters) {
    return wanted(model, parameters);
  }

  static Wanted wanted(ServedModel model, ClassifyParameters parameters) {
    Wanted wanted = parameters.embedding() ? Wanted.FEATURES : Wanted.LOGITS;
    if (!parameters.tenViews()) {
      return wanted;
    }
    Preset preset = model.descriptor().preset().square();
    if (!preset.hasTenViews()) {
      throw new ProblemException(
              ProblemType.PARAMETER_INVALID,
              "Parameter '%s' must be 1 for model '%s': its preset (mode %s, resize %d, crop %d) leaves no corners to cut out."
                  .formatted(
                      ClassifyParameters.VIEWS,
                      model.name(),
                      preset.mode().name().toLowerCase(Locale.ROOT),
                      preset.resize(),
                      preset.crop()))
          .with("parameter", ClassifyParameters.VIEWS)
          .with("allowed", "1");
    }
    return wanted.ofTenViews();
  }

  /**
   * Nothing if maps of classes can be made of what the network says.
   *
   * @throws ProblemException (ANSWER_UNAVAILABLE) saying why not
   */
  public void requireMaps() {
    requireLabels();
    if (model.program() != null && model.head().isEmpty()) {
      throw noMaps();
    }
  }

  private ProblemException noMaps() {
    return new ProblemException(
        ProblemType.ANSWER_UNAVAILABLE,
        ("There is no class activation map of model '%s': it is made of the last feature map and the one matrix after its mean (at most %d weights)."
                + " A program that is served as it is does not tell them, and not every network ends so.")
            .formatted(model.name(), Head.MOST_WEIGHTS));
  }

  /**
   * Why the network thinks so of a class of a picture.
   *
   * @throws ProblemException as {@link #infer(Input, Wanted, Deadline)}; (ANSWER_UNAVAILABLE)
   */
  public Explanation explain(Input.File file, ExplainParameters parameters, Deadline deadline) {
    Head head = model.head().orElseThrow(this::noMaps);
    PictureResult result = infer(file, Wanted.FEATURE_MAP, deadline);
    Inference.FeatureMap planes = result.inference().featureMap();
    if (planes == null) {
      throw noMaps();
    }
    float[] logits = result.inference().logits();
    int index =
        parameters
            .index()
            .orElseGet(() -> Ranking.top(logits, model.activation(), 1, 0).get(0).index());
    return new Explanation(
        RankedLabel.of(
            model.labels().get(index),
            result.probabilities(model.activation())[index],
            model.activation()),
        ClassActivationMap.of(planes, head, index),
        model.geometry(file.bytes()),
        model.descriptor().preset().side());
  }

  /**
   * An explanation drawn on its picture.
   *
   * @return closed once it is sent
   * @throws ProblemException for what is wrong with the picture, or where there is no room or time
   */
  public Drawing draw(
      Input.File file, Explanation explanation, ExplainParameters parameters, Deadline deadline) {
    Overlay overlay =
        new Overlay(
            explanation.map(),
            explanation.geometry(),
            explanation.side(),
            parameters.colors(),
            parameters.opacity());
    return model.draw(file.bytes(), overlay, deadline, clock);
  }

  /** How the answers came about; null where the model's program is not ours. */
  public @Nullable AnswerDetails details(List<Outcome> outcomes) {
    ProgramSummary program = model.program();
    if (program == null) {
      return null;
    }
    List<PictureResult> results =
        outcomes.stream()
            .filter(outcome -> outcome.problem().isEmpty())
            .map(Outcome::result)
            .toList();
    return new AnswerDetails(
        program.weightsSha256(),
        program.precision(),
        results.stream().mapToInt(PictureResult::batchSize).max().orElse(0),
        clock.millis(),
        StageClock.millis(clock.total()),
        outcomes.size() == 1 && results.size() == 1 ? results.get(0).warning() : null);
  }

  /**
   * What a client says of the ranked labels it wants.
   *
   * @throws ProblemException (PARAMETER_INVALID) naming the parameter and its range;
   *     (ANSWER_UNAVAILABLE) where the model cannot give what is asked for
   */
  public ClassifyParameters parameters(Map<String, List<String>> given) {
    boolean probabilities = model.activation() == Activation.SOFTMAX;
    ClassifyParameters parameters =
        ClassifyParameters.of(
            given, model.labels(), probabilities ? model.descriptor().unsureBelow() : null);
    Classification.requireAnswerable(parameters, model.labels(), model.activation());
    return parameters;
  }

  /** What the model says of a picture, as a client asked for it. */
  public Classification classification(PictureResult result, ClassifyParameters parameters) {
    Classification classification =
        Classification.of(
            result.probabilities(model.activation()),
            model.activation(),
            model.labels(),
            parameters,
            model.thresholds(parameters.minProbability()));
    metrics.classified(model.name(), classification);
    return classification;
  }
}
