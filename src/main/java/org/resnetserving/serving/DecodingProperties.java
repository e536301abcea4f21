package org.resnetserving.serving;

import org.resnetserving.image.ImageLimits;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * Bounds on what is decoded.
 *
 * @param image bounds on one picture
 * @param admission bounds on all that are under way
 */
@ConfigurationProperties("resnet")
public record DecodingProperties(@DefaultValue Image image, @DefaultValue Admission admission) {

  /**
   * Bounds on one picture.
   *
   * @param maxPixels that its header may claim
   */
  public record Image(@DefaultValue("50000000") long maxPixels) {
    public Image {
      if (maxPixels <= 0 || maxPixels > 700_000_000) {
        throw new IllegalArgumentException(
            "resnet.image.max-pixels must be 1 to 700000000, but is " + maxPixels);
      }
    }
  }

  /**
   * Bounds on what is under way.
   *
   * @param decoded bytes of decoded pictures held at once, by what their headers claim
   */
  public record Admission(@DefaultValue("512MB") DataSize decoded) {
    public Admission {
      if (decoded.toBytes() <= 0) {
        throw new IllegalArgumentException(
            "resnet.admission.decoded must be positive, but is " + decoded);
      }
    }
  }

  /** The bounds on one picture, as its decoder takes them. */
  public ImageLimits limits() {
    return new ImageLimits(image.maxPixels());
  }
}
