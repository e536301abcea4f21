package org.resnetserving.upload;

/**
 * What one upload may be.
 *
 * @param maxBytes that one picture may have
 * @param maxPictures that one request may have
 * @param maxTotal bytes that the pictures of one request may have together
 * @param minRate bytes a second that must come on average, once a connection has had time to get
 *     going; 0 for any
 */
record UploadLimits(long maxBytes, int maxPictures, long maxTotal, long minRate) {
  /** Bytes that a form may have besides its pictures, characters that JSON may have. */
  static final int MAX_TEXT = 64 * 1024;

  /** Bytes that an item of JSON may have besides its picture. */
  private static final long MAX_ITEM = 1024;

  /** Bytes that a form may have: its pictures, its other fields, and boundaries and headers. */
  long formBytes() {
    return maxTotal + MAX_TEXT + (long) maxPictures * FormReader.MAX_HEADER;
  }

  /** Bytes that JSON may have: base64 in lines, escaped, takes less than half as much again. */
  long jsonBytes() {
    return maxTotal + maxTotal / 2 + MAX_TEXT + maxPictures * MAX_ITEM;
  }

  /** Bytes that a body may have on its way that has so many once it is inflated. */
  static long compressed(long bytes) {
    return bytes + bytes / 256 + MAX_TEXT;
  }
}
