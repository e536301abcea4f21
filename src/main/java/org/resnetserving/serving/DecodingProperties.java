package org.resnetserving.serving;

import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import org.resnetserving.image.ImageLimits;
import org.resnetserving.image.PictureFormat;
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
   * @param formats that are taken, told by the content
   */
  public record Image(
      @DefaultValue("50000000") long maxPixels,
      @DefaultValue({"jpeg", "png", "gif", "bmp", "webp", "tiff"}) Set<PictureFormat> formats) {
    public Image {
      if (formats.isEmpty()) {
        throw new IllegalArgumentException(
            "resnet.image.formats must name one at least of "
                + EnumSet.allOf(PictureFormat.class).toString().toLowerCase(Locale.ROOT));
      }
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
    return new ImageLimits(image.maxPixels(), image.formats());
  }
}
