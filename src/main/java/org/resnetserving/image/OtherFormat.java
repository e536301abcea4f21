package org.resnetserving.image;

/** Says what a file is that no reader here takes. */
final class OtherFormat {
  private OtherFormat() {}

  static String describe(byte[] file) {
    if (file.length == 0) {
      return "The upload is empty.";
    }
    if (Bytes.starts(file, 0, "II+\0") || Bytes.starts(file, 0, "MM\0+")) {
      return "This is a BigTIFF.";
    }
    if (Bytes.starts(file, 4, "ftypavi")) {
      return "This is an AVIF picture.";
    }
    if (Bytes.starts(file, 4, "ftyphe") || Bytes.starts(file, 4, "ftypmif")) {
      return "This is a HEIF picture.";
    }
    if (Bytes.starts(file, 0, "%PDF")) {
      return "This is a PDF.";
    }
    return "The content of these %d bytes is not that of a known format.".formatted(file.length);
  }
}
