package org.resnetserving.image;

/** Says what a file is that no reader here takes. */
final class OtherFormat {
  private static final int FEW = 64;

  private OtherFormat() {}

  static String describe(byte[] file) {
    if (file.length == 0) {
      return "The upload is empty.";
    }
    if (Bytes.starts(file, 4, "ftypavi")) {
      return "This is an AVIF picture.";
    }
    if (Bytes.starts(file, 4, "ftyphe") || Bytes.starts(file, 4, "ftypmif")) {
      return "This is a HEIF picture.";
    }
    if (Bytes.starts(file, 4, "jP  \r\n") || Bytes.starts(file, 0, "\u00ffO\u00ffQ")) {
      return "This is a JPEG 2000.";
    }
    if (Bytes.starts(file, 0, "\u00ff\n") || Bytes.starts(file, 4, "JXL \r\n")) {
      return "This is a JPEG XL.";
    }
    if (Bytes.starts(file, 0, "%PDF")) {
      return "This is a PDF.";
    }
    for (int at = 1; at < Math.min(FEW, file.length); at++) {
      if (Jpeg.begins(file, at) || Bytes.starts(file, at, PngHeader.SIGNATURE)) {
        return "A picture begins after %d bytes that do not belong to it.".formatted(at);
      }
    }
    return "The content of these %d bytes is not that of a known format.".formatted(file.length);
  }
}
