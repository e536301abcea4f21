package org.resnetserving.download;

import java.util.Locale;

/**
 * What the SHA-256 of a file must be.
 *
 * @param digits all 64 hex digits of it, or the first ones; none where the server tells them
 * @param needed whether the file is refused where nobody tells them
 */
public record Checksum(String digits, boolean needed) {
  private static final Checksum LINKED = new Checksum("", true);
  private static final Checksum IF_TOLD = new Checksum("", false);

  public Checksum {
    digits = digits.toLowerCase(Locale.ROOT);
    if (!digits.matches("|[0-9a-f]{8,64}")) {
      throw new IllegalArgumentException(
          "a checksum is 8 to 64 hex digits of a SHA-256, not '" + digits + "'");
    }
  }

  /** All of the SHA-256. */
  public static Checksum sha256(String digits) {
    if (digits.length() != 64) {
      throw new IllegalArgumentException("a SHA-256 has 64 hex digits, not " + digits.length());
    }
    return new Checksum(digits, true);
  }

  /** The first digits of the SHA-256, 8 or more, as PyTorch puts them into its file names. */
  public static Checksum prefix(String digits) {
    if (digits.isEmpty()) {
      throw new IllegalArgumentException("a checksum's prefix has 8 hex digits or more");
    }
    return new Checksum(digits, true);
  }

  /**
   * The SHA-256 that the Hugging Face hub tells in the {@code X-Linked-Etag} header when it
   * redirects to a large file.
   */
  public static Checksum linkedEtag() {
    return LINKED;
  }

  /**
   * The same where the server tells it, in that header or as a 64-digit {@code ETag} of its own;
   * without, the file is taken as it comes, and is not verified.
   */
  public static Checksum ifTold() {
    return IF_TOLD;
  }

  boolean isTold() {
    return digits.isEmpty();
  }

  boolean matches(String sha256) {
    return sha256.startsWith(digits);
  }

  @Override
  public String toString() {
    return switch (digits.length()) {
      case 0 -> "SHA-256 as the server tells it" + (needed ? "" : ", if it does");
      case 64 -> "SHA-256 " + digits;
      default -> "SHA-256 " + digits + "…";
    };
  }
}
