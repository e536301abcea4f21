package org.resnetserving.catalog;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.resnetserving.download.BearerToken;
import org.resnetserving.download.DownloadSettings;
import org.resnetserving.image.DecodeMode;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * What is served and within which bounds. Nonsense refuses to start.
 *
 * @param models names of the models to serve, the default one first
 * @param modelsDirectory holds {@code <name>.yml} for each; only read
 * @param weightsDirectory holds weights that are fetched; by default {@code weights} in the cache
 * @param cacheDirectory holds what is unpacked; by default {@code resnet-serving} in the user's
 *     cache folder, or in the temporary one where that cannot be written
 * @param nativeDirectory holds the natives; by default {@code native} in the cache, where they are
 *     unpacked. One that has them already may be read-only
 * @param image bounds on a picture
 * @param admission bounds on what is under way
 * @param download how missing weights are fetched
 * @param serving how a model is run, where its descriptor does not say otherwise
 */
@ConfigurationProperties(CatalogProperties.PREFIX)
public record CatalogProperties(
    List<String> models,
    Path modelsDirectory,
    @Nullable Path weightsDirectory,
    @Nullable Path cacheDirectory,
    @Nullable Path nativeDirectory,
    @DefaultValue Image image,
    @DefaultValue Admission admission,
    @DefaultValue Download download,
    @DefaultValue Serving serving) {
  static final String PREFIX = "resnet";

  public CatalogProperties {
    check(!models.isEmpty(), "resnet.models must name at least one model");
    check(
        models.stream().distinct().count() == models.size(),
        "resnet.models names a model twice: " + models);
  }

  /** Where the natives are, or are unpacked. */
  Path natives() {
    return nativeDirectory == null
        ? CacheDirectory.of(cacheDirectory).resolve("native")
        : nativeDirectory.toAbsolutePath();
  }

  /**
   * Bounds on a picture.
   *
   * @param maxBytes of the upload; at most 1 GB
   * @param maxPixels that the picture's header may claim
   */
  public record Image(
      @DefaultValue("20MB") DataSize maxBytes, @DefaultValue("50000000") long maxPixels) {
    public Image {
      check(
          maxBytes.toBytes() > 0 && maxBytes.toGigabytes() < 1,
          "resnet.image.max-bytes must be positive and below 1GB, but is " + maxBytes);
      check(
          maxPixels > 0 && maxPixels <= 700_000_000,
          "resnet.image.max-pixels must be 1 to 700000000, but is " + maxPixels);
    }
  }

  /**
   * Bounds on what is under way.
   *
   * @param uploads bytes of uploads held at once; by default a quarter of the Java heap
   * @param decoded bytes of decoded pictures held at once, by what their headers claim
   */
  public record Admission(@Nullable DataSize uploads, @DefaultValue("512MB") DataSize decoded) {
    public Admission {
      check(
          uploads == null || uploads.toBytes() > 0,
          "resnet.admission.uploads must be positive, but is " + uploads);
      check(decoded.toBytes() > 0, "resnet.admission.decoded must be positive, but is " + decoded);
    }

    /** {@link #uploads}, or what takes its place. */
    DataSize uploadsOrDefault() {
      return uploads != null ? uploads : DataSize.ofBytes(Runtime.getRuntime().maxMemory() / 4);
    }
  }

  /**
   * How missing weights are fetched.
   *
   * @param offline refuses to connect, and says which file to put where instead
   * @param connectTimeout how long a connection may take to stand
   * @param idleTimeout how long a server may say nothing
   * @param attempts in a row that bring a download no further, before the next source is tried
   * @param maxBytes of one file
   * @param huggingFaceToken sent to the Hugging Face hub, and to nobody else
   */
  public record Download(
      @DefaultValue("false") boolean offline,
      @DefaultValue("10s") Duration connectTimeout,
      @DefaultValue("30s") Duration idleTimeout,
      @DefaultValue("5") int attempts,
      @DefaultValue("4GB") DataSize maxBytes,
      @Nullable String huggingFaceToken) {
    private static final String HUGGING_FACE = "huggingface.co";

    DownloadSettings settings() {
      DownloadSettings defaults = DownloadSettings.defaults();
      return new DownloadSettings(
          offline,
          connectTimeout,
          idleTimeout,
          defaults.minimumRate(),
          defaults.rateWindow(),
          attempts,
          defaults.firstBackoff(),
          defaults.maxBackoff(),
          defaults.maxRetryAfter(),
          defaults.maxRedirects(),
          maxBytes.toBytes(),
          defaults.lockWait(),
          huggingFaceToken == null || huggingFaceToken.isBlank()
              ? null
              : new BearerToken(HUGGING_FACE, huggingFaceToken.strip()));
    }
  }

  /**
   * How a model is run.
   *
   * @param workers threads that run networks, shared by all models; 0 for one a core
   * @param threads that one network is run with
   * @param maxBatch pictures that one run takes at most
   * @param queue pictures that wait for a model at most
   * @param deadline given to a request that does not ask for one
   * @param maxDeadline that a request may ask for
   * @param precision that weights are computed in
   * @param decode how large JPEGs are decoded
   * @param maxDelay how long a picture may be held back for a fuller batch; none suits processors,
   *     some milliseconds suit a GPU
   */
  public record Serving(
      @DefaultValue("0") int workers,
      @DefaultValue("1") int threads,
      @DefaultValue("8") int maxBatch,
      @DefaultValue("64") int queue,
      @DefaultValue("10s") Duration deadline,
      @DefaultValue("60s") Duration maxDeadline,
      @DefaultValue("auto") ModelDescriptor.Precision precision,
      @DefaultValue("exact") DecodeMode decode,
      @DefaultValue("0ms") Duration maxDelay) {
    public Serving {
      between("resnet.serving.workers", workers, 0, 256);
      between("resnet.serving.threads", threads, 1, 256);
      between("resnet.serving.max-batch", maxBatch, 1, 256);
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
