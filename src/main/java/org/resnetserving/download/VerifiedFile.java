package org.resnetserving.download;

import java.nio.file.Path;

/**
 * A file that is not known to be another one than expected.
 *
 * @param file where it is
 * @param sha256 digest of its bytes, 64 lower-case hexadecimal digits
 * @param verified that the digest is the one expected; false where nothing said what to expect
 */
public record VerifiedFile(Path file, String sha256, boolean verified) {}
