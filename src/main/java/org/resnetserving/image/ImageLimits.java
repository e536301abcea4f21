package org.resnetserving.image;

import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;

/**
 * What a picture may be.
 *
 * @param maxPixels the most pixels, width times height, that a header may claim
 * @param formats those that are taken, in the order of {@link PictureFormat}
 */
public record ImageLimits(long maxPixels, Set<PictureFormat> formats) {
  /** Six times a 4K screen, and more than most telephones' cameras have. */
  public static final ImageLimits DEFAULT = new ImageLimits(50_000_000);

  /** The most pixels along a side, as OpenCV has it: a few rows must fit the memory. */
  static final int MAX_SIDE = 1 << 20;

  /** Three bytes for each of these still fit one array or buffer. */
  private static final long MOST = 700_000_000;

  public ImageLimits {
    if (maxPixels < 1 || maxPixels > MOST) {
      throw new IllegalArgumentException(
          "The most pixels a picture may have is 1 to " + MOST + ", not " + maxPixels);
    }
    if (formats.isEmpty()) {
      throw new IllegalArgumentException("No format of pictures is taken");
    }
    formats = Collections.unmodifiableSet(EnumSet.copyOf(formats));
  }

  /** Pictures of all formats. */
  public ImageLimits(long maxPixels) {
    this(maxPixels, EnumSet.allOf(PictureFormat.class));
  }
}
