package org.resnetserving.image;

/** The picture formats that are read, told apart by their content. */
public enum PictureFormat {
  JPEG("image/jpeg"),
  PNG("image/png"),
  GIF("image/gif"),
  BMP("image/bmp"),
  WEBP("image/webp"),
  TIFF("image/tiff");

  private final String mediaType;

  PictureFormat(String mediaType) {
    this.mediaType = mediaType;
  }

  /** The media type, as {@code Content-Type} and {@code Accept} name it. */
  public String mediaType() {
    return mediaType;
  }
}
