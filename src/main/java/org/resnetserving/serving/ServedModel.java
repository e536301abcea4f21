package org.resnetserving.serving;

import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.resnetserving.admission.Deadline;
import org.resnetserving.engine.Inference;
import org.resnetserving.models.Labels;
import org.resnetserving.models.ModelDescriptor;
import org.resnetserving.pool.Completed;
import org.resnetserving.problem.ProblemException;
import org.resnetserving.problem.ProblemType;
import org.resnetserving.problem.RetryAfter;
import org.resnetserving.programs.ProgramSummary;

/** A model that is served: what is known of it, how it is, and the way to ask it. */
public final class ServedModel {
  private final ModelDescriptor descriptor;
  private final Labels labels;
  private final Duration deadline;
  private final Duration maxDeadline;

  /* Concurrency: written by the one thread that loads models, read by requests. What a request
   * needs hangs together in one immutable object, so it sees all of it or nothing. */
  private volatile ModelStatus status = new ModelStatus(ModelState.PENDING, null, null);
  private volatile @Nullable Pipeline pipeline;

  private ServedModel(
      ModelDescriptor descriptor, Labels labels, Duration deadline, Duration maxDeadline) {
    this.descriptor = descriptor;
    this.labels = labels;
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
    Duration own = descriptor.serving().deadline();
    return new ServedModel(
        descriptor,
        Labels.read(descriptor.labels(), descriptor.classes()),
        own != null ? own : defaults.deadline(),
        defaults.maxDeadline());
  }

  /** What requests call it. */
  public String name() {
    return descriptor.name();
  }

  /** What its file says of it. */
  public ModelDescriptor descriptor() {
    return descriptor;
  }

  /** What its outputs stand for. */
  public Labels labels() {
    return labels;
  }

  /** How it is. */
  public ModelStatus status() {
    return status;
  }

  /** The time given to a request that does not ask for one. */
  public Duration deadline() {
    return deadline;
  }

  /** The time that a request may ask for. */
  public Duration maxDeadline() {
    return maxDeadline;
  }

  /** What is known of the network; null until it was compiled. */
  public @Nullable ProgramSummary program() {
    Pipeline current = pipeline;
    return current == null ? null : current.summary();
  }

  /**
   * Nothing if the model answers, and there is room for one more request.
   *
   * @throws ProblemException (MODEL_NOT_READY) with the reason and what to do; (OVERLOADED)
   */
  public void requireReady() {
    ready().requirePlace();
  }

  /** When a client that is refused for want of room may come back: at the rate measured. */
  public Duration retryAfter() {
    Pipeline current = pipeline;
    return current == null ? RetryAfter.SHORTEST : current.retryAfter();
  }

  /**
   * Runs the network on a picture.
   *
   * @param file the picture's bytes
   * @param deadline for the answer
   * @param clock told of the stages
   * @throws ProblemException (MODEL_NOT_READY, IMAGE_*, OVERLOADED, DEADLINE_EXCEEDED,
   *     INFERENCE_FAILED, SHUTTING_DOWN)
   */
  public Completed<Inference> infer(byte[] file, Deadline deadline, StageClock clock) {
    return ready().infer(file, deadline, clock);
  }

  private Pipeline ready() {
    ModelStatus now = status;
    Pipeline current = pipeline;
    if (now.state() == ModelState.READY && current != null) {
      return current;
    }
    throw notReady(now);
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

  /** From now on it is in that state. */
  public void become(ModelState state) {
    become(state, null);
  }

  /** From now on it is in that state, for that reason. */
  public void become(ModelState state, @Nullable String reason) {
    status = new ModelStatus(state, reason, null);
  }

  /** It failed, and is tried again after a while. */
  public void becomeFailed(String reason, Duration retry) {
    status =
        new ModelStatus(
            ModelState.FAILED,
            "%s. It is tried again in %d s".formatted(reason, retry.toSeconds()),
            retry.toSeconds());
  }

  /** It answers, through this pipeline. */
  public void becomeReady(Pipeline loaded) {
    pipeline = loaded;
    become(ModelState.READY);
  }

  /** The pipeline, once there is one. */
  public @Nullable Pipeline pipeline() {
    return pipeline;
  }

  @Override
  public String toString() {
    return name() + " (" + Objects.requireNonNull(status).state().label() + ")";
  }
}
