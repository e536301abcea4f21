package org.resnetserving.download;

import java.nio.file.Path;

/**
 * A file that is the one expected.
 *
 * @param file where it is
 * @param sha256 digest of its bytes, 64 lower-case hexadecimal digits
 */
public record VerifiedFile(Path file, String sha256) {}
