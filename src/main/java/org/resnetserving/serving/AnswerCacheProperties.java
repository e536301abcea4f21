package org.resnetserving.serving;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * What is kept of answers, for when the same picture comes again.
 *
 * @param maxBytes of the heap that they take together, at most half of it; 0 keeps none
 * @param maxAge after which an answer is no longer given
 */
@ConfigurationProperties("resnet.cache")
public record AnswerCacheProperties(
    @DefaultValue("0B") DataSize maxBytes, @DefaultValue("1h") Duration maxAge) {
  /** The heap has other things to hold: uploads, drawings, the tables of decoders. */
  private static final int HEAP_PART = 2;

  private static final Duration LONGEST = Duration.ofDays(365);

  public AnswerCacheProperties {
    DataSize most = DataSize.ofBytes(Runtime.getRuntime().maxMemory() / HEAP_PART);
    if (maxBytes.isNegative() || maxBytes.compareTo(most) > 0) {
      throw new IllegalArgumentException(
          "resnet.cache.max-bytes must be 0B (nothing is kept) to %dMB, half of the heap, but is %s"
              .formatted(most.toMegabytes(), maxBytes));
    }
    if (maxAge.compareTo(Duration.ofSeconds(1)) < 0 || maxAge.compareTo(LONGEST) > 0) {
      throw new IllegalArgumentException(
          "resnet.cache.max-age must be 1s to 365d, but is " + maxAge);
    }
  }
}
