package org.resnetserving.download;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import org.jspecify.annotations.Nullable;

/**
 * What tells a file from the one that is there once somebody has written to it or put another in
 * its place.
 *
 * @param size in bytes; negative where there is none
 * @param modified when it was written to
 * @param key by which the file system knows it, if it says so
 */
record FileVersion(long size, FileTime modified, @Nullable Object key) {
  private static final FileVersion NONE = new FileVersion(-1, FileTime.fromMillis(0), null);

  /** What is there now. */
  static FileVersion of(Path file) {
    try {
      BasicFileAttributes now = Files.readAttributes(file, BasicFileAttributes.class);
      return new FileVersion(now.size(), now.lastModifiedTime(), now.fileKey());
    } catch (IOException e) {
      return NONE;
    }
  }
}
