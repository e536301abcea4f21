package org.resnetserving.serving;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.IntToDoubleFunction;
import org.jspecify.annotations.Nullable;
import org.resnetserving.admission.Deadline;
import org.resnetserving.admission.Terms;
import org.resnetserving.admission.Ticker;
import org.resnetserving.explain.Head;
import org.resnetserving.explain.Overlay;
import org.resnetserving.image.Geometry;
import org.resnetserving.models.DescriptorException;
import org.resnetserving.models.Labels;
import org.resnetserving.models.ModelDescriptor;
import org.resnetserving.models.ModelDescriptors;
import org.resnetserving.network.Activation;
import org.resnetserving.problem.ProblemException;
import org.resnetserving.problem.ProblemType;
import org.resnetserving.problem.RetryAfter;
import org.resnetserving.programs.ProgramChoice;
import org.resnetserving.programs.ProgramSummary;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A model that is served: what is known of it, how it is, and the way to ask it. */
public final class ServedModel implements Terms {
  private static final Logger log = LoggerFactory.getLogger(ServedModel.class);

  private final Duration deadline;
  private final Duration maxDeadline;
  private final Ticker ticker;

  /* Concurrency: written by the one thread that loads models, read by requests. What a request
   * needs hangs together in one immutable object, so it sees all of it or nothing. */
  private volatile Condition condition = new Condition(ModelState.PENDING, null, null);
  private volatile @Nullable Pipeline pipeline;

  private volatile Description description;

  private final CompletableFuture<Void> firstReady = new CompletableFuture<>();

  private final Visits visits = new Visits();

  /** What went wrong of late, with an answer or a replacement; null if nothing did. */
  private volatile @Nullable String remark;

  /**
   * How it is.
   *
   * @param retryNanos when what failed is tried again, by the ticker; null where it is not
   */
  private record Condition(ModelState state, @Nullable String reason, @Nullable Long retryNanos) {}

  /** What is known of it before it is loaded. */
  private record Description(ModelDescriptor descriptor, Labels labels, List<Double> thresholds) {
    static Description of(ModelDescriptor descriptor) {
      Labels labels = Labels.of(descriptor);
      boolean toCome = labels.size() == 0;
      return new Description(
          descriptor,
          labels,
          toCome ? List.of() : descriptor.thresholds().of(labels, descriptor.file()));
    }
  }

  private ServedModel(
      Description description, Duration deadline, Duration maxDeadline, Ticker ticker) {
    this.ticker = ticker;
    this.description = description;
    this.deadline = deadline;
    this.maxDeadline = maxDeadline;
  }

  /**
   * A model that is not loaded yet.
   *
   * @param defaults where the descriptor does not say otherwise
   * @throws org.resnetserving.models.DescriptorException if its labels cannot be read
   */
  public static ServedModel of(ModelDescriptor descriptor, ServingProperties defaults) {
    return of(descriptor, defaults, Ticker.system());
  }

  static ServedModel of(ModelDescriptor descriptor, ServingProperties defaults, Ticker ticker) {
    Duration own = descriptor.serving().deadline();
    if (own != null && own.compareTo(defaults.maxDeadline()) > 0) {
      throw new DescriptorException(
          "%s: serving.deadline of %s is more than resnet.serving.max-deadline, %s"
              .formatted(descriptor.file(), own, defaults.maxDeadline()));
    }
    return new ServedModel(
        Description.of(descriptor),
        own != null ? own : defaults.deadline(),
        defaults.maxDeadline(),
        ticker);
  }

  /** What requests call it. */
  public String name() {
    return description.descriptor().name();
  }

  /** What its file says of it. */
  public ModelDescriptor descriptor() {
    return description.descriptor();
  }

  /**
   * What its outputs stand for; none of a network without a head, or whose repository is to come.
   */
  public Labels labels() {
    return description.labels();
  }

  /**
   * How probable each class must be to be told, by its index; with no activation all are told.
   *
   * @param asked for by a request, of all classes; null takes the model's own
   */
  public IntToDoubleFunction thresholds(@Nullable Double asked) {
    if (activation() == Activation.NONE) {
      return index -> Double.NEGATIVE_INFINITY;
    }
    return asked == null ? description.thresholds()::get : index -> asked;
  }

  /**
   * From now on it is described as the repository of its weights says, if they come from one.
   *
   * @param weights where they are now
   * @throws DescriptorException if what the repository says cannot be served
   */
  public void complete(Path weights) {
    description = Description.of(ModelDescriptors.complete(descriptor(), weights));
  }

  /** How it is: at this moment, so a model whose workers have all broken is not ready. */
  public ModelStatus status() {
    Condition now = condition;
    Pipeline current = pipeline;
    if (now.state() == ModelState.READY && current != null) {
      return current
          .outage()
          .map(ServedModel::brokenDown)
          .orElseGet(() -> new ModelStatus(ModelState.READY, remark, null));
    }
    Long retry = now.retryNanos();
    if (retry == null) {
      return new ModelStatus(now.state(), now.reason(), null);
    }
    long left = Math.max(1, -Math.floorDiv(ticker.nanos() - retry, 1_000_000_000L));
    return new ModelStatus(
        now.state(), "%s. It is tried again in %d s".formatted(now.reason(), left), left);
  }

  private static ModelStatus brokenDown(ProblemException outage) {
    return new ModelStatus(
        ModelState.FAILED,
        outage.getMessage() + ". It is tried again by itself",
        RetryAfter.SHORTEST.toSeconds());
  }

  /** The time given to a request that does not ask for one. */
  @Override
  public Duration deadline() {
    return deadline;
  }

  /** The time that a request may ask for. */
  @Override
  public Duration maxDeadline() {
    return maxDeadline;
  }

  /** What is known of the network; null until it was compiled. */
  public @Nullable ProgramSummary program() {
    Pipeline current = pipeline;
    return current == null ? null : current.summary();
  }

  /** What makes its logits; empty where that is not known, or the network has none. */
  public Optional<Head> head() {
    return Optional.ofNullable(pipeline).map(Pipeline::head);
  }

  /**
   * Where the network's crop lies in a picture.
   *
   * @throws ProblemException (MODEL_NOT_READY, IMAGE_*)
   */
  public Geometry geometry(byte[] file) {
    return ready().geometry(file);
  }

  /**
   * Draws a map on its picture.
   *
   * @param file the picture's bytes
   * @return closed once it is sent
   * @throws ProblemException (MODEL_NOT_READY, IMAGE_*, OVERLOADED, DEADLINE_EXCEEDED,
   *     SHUTTING_DOWN)
   */
  public Drawing draw(byte[] file, Overlay overlay, Deadline deadline, StageClock clock) {
    return ready().draw(file, overlay, deadline, clock);
  }

  /**
   * Nothing if the model answers, and there is room for one more request.
   *
   * @throws ProblemException (MODEL_NOT_READY) with the reason and what to do; (OVERLOADED)
   */
  @Override
  public void requireReady() {
    ready().requirePlace();
  }

  /** When a client that is refused for want of room may come back: at the rate measured. */
  public Duration retryAfter() {
    Pipeline current = pipeline;
    return current == null ? RetryAfter.SHORTEST : current.retryAfter();
  }

  /**
   * Runs the network on pictures: decoded one after the other, run beside each other.
   *
   * @param inputs at least one
   * @param wanted what is asked for beside the logits
   * @param deadline for the answer
   * @param clock told of the stages
   * @return one outcome for each, in their order; a bad picture (IMAGE_*, INFERENCE_FAILED) harms
   *     no other
   * @throws ProblemException (MODEL_NOT_READY, OVERLOADED, DEADLINE_EXCEEDED, SHUTTING_DOWN)
   */
  public List<Outcome> infer(
      List<? extends Input> inputs, Wanted wanted, Deadline deadline, StageClock clock) {
    try (Asking asking = asking(wanted, deadline, clock, DecodedOnce.NEVER)) {
      return asking.of(inputs);
    }
  }

  /** One request's pictures and the model, in steps; to be closed. */
  Asking asking(Wanted wanted, Deadline deadline, StageClock clock, DecodedOnce decodedOnce) {
    return new Asking(ready(), this::checked, wanted, deadline, clock, decodedOnce);
  }

  /** The outcome, if its numbers are good. */
  private Outcome checked(Outcome outcome) {
    if (outcome.problem().isPresent() || outcome.result().isFinite()) {
      return outcome;
    }
    String numbers =
        "An answer of %s held numbers that are not finite (NaN or infinite): the weights, or the"
                .formatted(Instant.now().truncatedTo(ChronoUnit.SECONDS))
            + " precision that they are computed in, do not suit every picture";
    remark = numbers;
    log.warn("Model {}: {}", name(), numbers);
    return Outcome.failed(
        new ProblemException(
            ProblemType.INFERENCE_FAILED,
            "The network's answer holds numbers that are not finite (NaN or infinite). Its weights, or"
                + " the precision that it is computed in, do not suit this picture."));
  }

  private Pipeline ready() {
    Pipeline current = pipeline;
    if (condition.state() == ModelState.READY && current != null) {
      return current;
    }
    throw notReady(status());
  }

  private ProblemException notReady(ModelStatus now) {
    boolean failed = now.state() == ModelState.FAILED;
    Long seconds = failed ? now.retryAfter() : Long.valueOf(RetryAfter.SHORTEST.toSeconds());
    String advice = " Try again shortly.";
    if (seconds == null) {
      advice = " It stays so until the cause is mended and the service started again.";
    } else if (failed) {
      advice = ""; // the reason says that it is tried again
    }
    String reason = now.reason() == null ? "" : ": " + now.reason().replaceFirst("\\.$", "");
    ProblemException problem =
        new ProblemException(
                ProblemType.MODEL_NOT_READY,
                "Model '%s' is %s%s.%s".formatted(name(), now.state().label(), reason, advice))
            .with("state", now.state().label());
    return seconds == null ? problem : problem.retryAfter(Duration.ofSeconds(seconds));
  }

  /**
   * Begins a request, for which the model stays as it is: it is not freed before {@link #end}.
   *
   * @return false if it is served no longer, or another of its name is served in its place
   */
  public boolean begin() {
    return visits.begin();
  }

  /** Ends a request that was begun. */
  public void end() {
    visits.end();
  }

  /** How many requests it has had. */
  public long visits() {
    return visits.begun();
  }

  /** Whether a request to it is under way. */
  public boolean isVisited() {
    return visits.inside() > 0;
  }

  /** It is served no longer; done when the last request has ended. */
  public CompletableFuture<Void> retire() {
    return visits.close();
  }

  /** Something that those who look after it should know, though it answers; null for nothing. */
  public void remark(@Nullable String text) {
    remark = text;
  }

  /** From now on it is in that state. */
  public void become(ModelState state) {
    become(state, null);
  }

  /** From now on it is in that state, for that reason. */
  public void become(ModelState state, @Nullable String reason) {
    condition = new Condition(state, reason, null);
  }

  /** It failed, and is tried again after a while. */
  public void becomeFailed(String reason, Duration retry) {
    condition = new Condition(ModelState.FAILED, reason, ticker.nanos() + retry.toNanos());
  }

  /** More is known of why its program was chosen; it goes on as it is. */
  public void becomeTuned(ProgramChoice choice) {
    Pipeline current = pipeline;
    if (current != null) {
      pipeline = current.with(choice);
    }
  }

  /** It answers, through this pipeline. */
  public void becomeReady(Pipeline loaded) {
    pipeline = loaded;
    become(ModelState.READY);
    firstReady.complete(null);
  }

  /** What makes probabilities of its logits; softmax until it was loaded. */
  public Activation activation() {
    Pipeline current = pipeline;
    return current == null ? Activation.SOFTMAX : current.activation();
  }

  /** Does something once the model has become ready for the first time, or at once if it has. */
  @SuppressWarnings("FutureReturnValueIgnored") // The action's failures are its own.
  public void whenReady(Runnable action) {
    firstReady.thenRun(action);
  }

  /** The pipeline, once there is one. */
  public @Nullable Pipeline pipeline() {
    return pipeline;
  }

  @Override
  public String toString() {
    return name() + " (" + condition.state().label() + ")";
  }
}
