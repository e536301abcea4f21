package org.resnetserving.upload;

/** A picture as it was sent: nobody has looked into it. */
public final class UploadedPicture {
  private final String field;
  private final byte[] bytes;

  /**
   * @param field of the form that it came in; empty where the body itself is the picture
   * @param bytes of its file; not copied
   */
  UploadedPicture(String field, byte[] bytes) {
    this.field = field;
    this.bytes = bytes;
  }

  /** The field of the form that it came in; empty where the body itself is the picture. */
  public String field() {
    return field;
  }

  /** The bytes of its file; not a copy. */
  public byte[] bytes() {
    return bytes;
  }
}
