package org.resnetserving.serving;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * What makes an answer of a network the same as another one.
 *
 * @param model as it was loaded: nobody else has this object
 * @param isFile whether it is a picture's file; else its pixels, of which the same bytes would be
 *     another picture
 * @param sha256 of its bytes
 * @param wanted what is asked for
 */
record PictureKey(KeptAnswers model, boolean isFile, String sha256, Wanted wanted) {
  /** What an entry takes beside its numbers: key, digest, future, the cache's own. Rounded up. */
  static final int BYTES = 512;

  static PictureKey of(KeptAnswers model, byte[] bytes, boolean isFile, Wanted wanted) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(bytes);
      return new PictureKey(model, isFile, HexFormat.of().formatHex(digest), wanted);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
