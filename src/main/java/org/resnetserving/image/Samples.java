package org.resnetserving.image;

import java.util.Base64;
import java.util.List;

/** Tiny pictures of one colour, one for each native decoder, to see that it works. */
final class Samples {
  private static final String JPEG =
      "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDABALDA4MChAODQ4SERATGCgaGBYWGDEjJR0oOjM9"
          + "PDkzODdASFxOQERXRTc4UG1RV19iZ2hnPk1xeXBkeFxlZ2P/2wBDARESEhgVGC8aGi9jQjhC"
          + "Y2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2P/wAAR"
          + "CAAQABADASIAAhEBAxEB/8QAFQABAQAAAAAAAAAAAAAAAAAAAAT/xAAUEAEAAAAAAAAAAAAA"
          + "AAAAAAAA/8QAFQEBAQAAAAAAAAAAAAAAAAAABQb/xAAUEQEAAAAAAAAAAAAAAAAAAAAA/9oA"
          + "DAMBAAIRAxEAPwCAAaon/9k=";

  private static final String WEBP_LOSSY =
      "UklGRjYAAABXRUJQVlA4ICoAAACQAQCdASoQABAAAsBMJaACdLoAA5gA/ug4v43m81s4//ln" + "/vk98nCAAAA=";

  private static final String WEBP_LOSSLESS =
      "UklGRh4AAABXRUJQVlA4TBEAAAAvD8ADAAdQniLXo/+BiOh/AAA=";

  private static final String TIFF_FAX =
      "SUkqABIAAAAmoL/////gAgAgCQAAAQMAAQAAABAAAAABAQMAAQAAABAAAAACAQMAAQAAAAEA"
          + "AAADAQMAAQAAAAQAAAAGAQMAAQAAAAEAAAARAQQAAQAAAAgAAAAWAQMAAQAAABAAAAAXAQQA"
          + "AQAAAAoAAAAcAQMAAQAAAAEAAAAAAAAA";

  private static final int TOLERANCE = 8;
  private static final int[] ORANGE = {200, 60, 30};
  private static final int[] WHITE = {255, 255, 255};

  private Samples() {}

  /** A picture, and the colour that each of its 16 x 16 pixels has. */
  // Made once, compared never.
  @SuppressWarnings("ArrayRecordComponent")
  record Sample(String name, byte[] file, int... colour) {
    boolean has(byte[] pixels) {
      for (int i = 0; i < pixels.length; i++) {
        if (Math.abs((pixels[i] & 0xFF) - colour[i % 3]) > TOLERANCE) {
          return false;
        }
      }
      return true;
    }
  }

  static List<Sample> all() {
    return List.of(
        new Sample("JPEG", decode(JPEG), ORANGE),
        new Sample("WebP", decode(WEBP_LOSSY), ORANGE),
        new Sample("lossless WebP", decode(WEBP_LOSSLESS), ORANGE),
        new Sample("fax in TIFF", decode(TIFF_FAX), WHITE));
  }

  private static byte[] decode(String base64) {
    return Base64.getDecoder().decode(base64);
  }
}
