package org.resnetserving.upload;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * Bounds on what clients send.
 *
 * @param image bounds on one picture
 * @param admission bounds on all that are under way
 */
@ConfigurationProperties("resnet")
public record UploadProperties(@DefaultValue Image image, @DefaultValue Admission admission) {
  /** So that a form with more is told that one is answered, and not only that it is large. */
  private static final int MAX_PICTURES = 8;

  /**
   * Bounds on one picture.
   *
   * @param maxBytes of its file; below 1 GB
   */
  public record Image(@DefaultValue("20MB") DataSize maxBytes) {
    public Image {
      if (maxBytes.toBytes() <= 0 || maxBytes.toGigabytes() >= 1) {
        throw new IllegalArgumentException(
            "resnet.image.max-bytes must be positive and below 1GB, but is " + maxBytes);
      }
    }
  }

  /**
   * Bounds on what is under way.
   *
   * @param uploads bytes of uploads held at once; by default a quarter of the Java heap
   * @param minUploadRate that an upload must have, a second, on average; 0 for any
   */
  public record Admission(@Nullable DataSize uploads, @DefaultValue("1KB") DataSize minUploadRate) {
    public Admission {
      if (uploads != null && uploads.toBytes() <= 0) {
        throw new IllegalArgumentException(
            "resnet.admission.uploads must be positive, but is " + uploads);
      }
      if (minUploadRate.isNegative() || minUploadRate.toMegabytes() > 1) {
        throw new IllegalArgumentException(
            "resnet.admission.min-upload-rate must be 0 to 1MB, but is " + minUploadRate);
      }
    }

    /** {@link #uploads} in bytes, or what takes its place. */
    long bytes() {
      return uploads != null ? uploads.toBytes() : Runtime.getRuntime().maxMemory() / 4;
    }
  }

  /** What one upload may be. */
  UploadLimits limits() {
    long bytes = image.maxBytes().toBytes();
    return new UploadLimits(bytes, MAX_PICTURES, bytes, admission.minUploadRate().toBytes());
  }
}
