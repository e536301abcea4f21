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
  /** So that one request's bounds stay within what can be counted. */
  private static final int MOST_PICTURES = 1024;

  /**
   * Bounds on pictures.
   *
   * @param maxBytes of one's file; below 1 GB
   * @param maxCount of those of one request
   * @param maxTotalBytes of those of one request together; by default half of the memory for
   *     uploads, or what so many pictures may have if that is less; one picture always fits
   */
  public record Image(
      @DefaultValue("20MB") DataSize maxBytes,
      @DefaultValue("32") int maxCount,
      @Nullable DataSize maxTotalBytes) {
    public Image {
      if (maxBytes.toBytes() <= 0 || maxBytes.toGigabytes() >= 1) {
        throw new IllegalArgumentException(
            "resnet.image.max-bytes must be positive and below 1GB, but is " + maxBytes);
      }
      if (maxCount < 1 || maxCount > MOST_PICTURES) {
        throw new IllegalArgumentException(
            "resnet.image.max-count must be 1 to %d, but is %d".formatted(MOST_PICTURES, maxCount));
      }
      if (maxTotalBytes != null && maxTotalBytes.compareTo(maxBytes) < 0) {
        throw new IllegalArgumentException(
            "resnet.image.max-total-bytes must be at least resnet.image.max-bytes (%s), but is %s"
                .formatted(maxBytes, maxTotalBytes));
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

  public UploadProperties {
    DataSize total = image.maxTotalBytes();
    if (total != null && total.toBytes() > admission.bytes()) {
      throw new IllegalArgumentException(
          "resnet.image.max-total-bytes must be at most resnet.admission.uploads (%,d bytes), but is %s"
              .formatted(admission.bytes(), total));
    }
  }

  /** Bytes that a body may have, whatever is in it. */
  public long mostBytes() {
    return limits().jsonBytes();
  }

  /** What one upload may be. */
  UploadLimits limits() {
    long bytes = image.maxBytes().toBytes();
    DataSize total = image.maxTotalBytes();
    return new UploadLimits(
        bytes,
        image.maxCount(),
        total != null
            ? total.toBytes()
            : Math.max(bytes, Math.min(image.maxCount() * bytes, admission.bytes() / 2)),
        admission.minUploadRate().toBytes());
  }
}
