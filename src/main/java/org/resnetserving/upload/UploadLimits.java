package org.resnetserving.upload;

/**
 * What one upload may be.
 *
 * @param maxBytes that one picture may have
 * @param maxPictures that one form may have
 * @param maxTotal bytes that the pictures of one form may have together
 * @param minRate bytes a second that must come on average, once a connection has had time to get
 *     going; 0 for any
 */
record UploadLimits(long maxBytes, int maxPictures, long maxTotal, long minRate) {
  /** Bytes that a form may have: its pictures, its other fields, and boundaries and headers. */
  long formBytes() {
    return maxTotal + FormReader.MAX_TEXT + (long) maxPictures * FormReader.MAX_HEADER;
  }
}
