package org.resnetserving.download;

import java.nio.file.Path;

/**
 * A file that is not known to be another one than expected.
 *
 * @param file where it is
 * @param sha256 digest of its bytes, 64 lower-case hexadecimal digits
 * @param verified that the digest is the one expected; false where nothing said what to expect
 * @param version from before its bytes were read
 */
public record VerifiedFile(Path file, String sha256, boolean verified, FileVersion version) {
  /** A file that nobody has changed since it was read. */
  public VerifiedFile(Path file, String sha256, boolean verified) {
    this(file, sha256, verified, FileVersion.of(file));
  }

  /** Whether nobody has written to it, or put another in its place, since then. */
  public boolean isUnchanged() {
    return version.equals(FileVersion.of(file));
  }
}
