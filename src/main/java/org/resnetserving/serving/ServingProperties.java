package org.resnetserving.serving;

import java.time.Duration;
import org.resnetserving.image.DecodeMode;
import org.resnetserving.models.ModelDescriptor;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How a model is run.
 *
 * @param workers threads that run networks, shared by all models; 0 for one a core
 * @param threads that one network is run with
 * @param maxBatch pictures that one run takes at most; 0 for as many as their size allows
 * @param queue pictures that wait for a model at most
 * @param deadline given to a request that does not ask for one
 * @param maxDeadline that a request may ask for
 * @param precision that weights are computed in
 * @param decode how large JPEGs are decoded
 * @param maxDelay how long a picture may be held back for a fuller batch; none suits processors,
 *     some milliseconds suit a GPU
 */
@ConfigurationProperties("resnet.serving")
public record ServingProperties(
    @DefaultValue("0") int workers,
    @DefaultValue("1") int threads,
    @DefaultValue("0") int maxBatch,
    @DefaultValue("64") int queue,
    @DefaultValue("10s") Duration deadline,
    @DefaultValue("60s") Duration maxDeadline,
    @DefaultValue("auto") ModelDescriptor.Precision precision,
    @DefaultValue("exact") DecodeMode decode,
    @DefaultValue("0ms") Duration maxDelay) {
  /** Pictures that one run takes at most where nothing is set; why is in RATIONALE. */
  private static final int BATCH = 8;

  private static final int BATCH_OF_LARGE = 2;

  /** Between those, as many as have this many pixels: four of 224×224. */
  private static final long BATCH_PIXELS = 4 * 224 * 224;

  private static final long BATCH_PIXELS_FP32 = 224 * 224;

  /** Refuses nonsense. */
  public ServingProperties {
    between("resnet.serving.workers", workers, 0, 256);
    between("resnet.serving.threads", threads, 1, 256);
    between("resnet.serving.max-batch", maxBatch, 0, 256);
    between("resnet.serving.queue", queue, 1, 100_000);
    check(
        deadline.compareTo(Duration.ZERO) > 0 && deadline.compareTo(maxDeadline) <= 0,
        "resnet.serving.deadline must be positive and at most max-deadline ("
            + maxDeadline
            + "), but is "
            + deadline);
    check(
        maxDeadline.compareTo(Duration.ofHours(1)) <= 0,
        "resnet.serving.max-deadline must be at most 1h, but is " + maxDeadline);
    check(
        !maxDelay.isNegative() && maxDelay.compareTo(Duration.ofSeconds(1)) <= 0,
        "resnet.serving.max-delay must be 0ms to 1s, but is " + maxDelay);
  }

  /** How many threads run networks on so many cores. */
  public int workersOn(int cores) {
    return workers > 0 ? workers : Math.max(1, cores / threads);
  }

  /** Pictures that one run of a model takes at most: what it says, else what is set. */
  public int batchOf(ModelDescriptor model) {
    return batchOf(model, BATCH_OF_LARGE, BATCH_PIXELS);
  }

  /** The same of a program in fp32, to which a batch saves a smaller part of what a run costs. */
  public int batchInFp32(ModelDescriptor model) {
    return batchOf(model, 1, BATCH_PIXELS_FP32);
  }

  private int batchOf(ModelDescriptor model, int least, long pixels) {
    Integer own = model.serving().maxBatch();
    if (own != null) {
      return own;
    }
    long side = model.preset().side();
    return maxBatch > 0 ? maxBatch : (int) Math.max(least, Math.min(BATCH, pixels / (side * side)));
  }

  private static void between(String name, int value, int least, int most) {
    check(
        value >= least && value <= most,
        "%s must be %d to %d, but is %d".formatted(name, least, most, value));
  }

  private static void check(boolean holds, String message) {
    if (!holds) {
      throw new IllegalArgumentException(message);
    }
  }
}
