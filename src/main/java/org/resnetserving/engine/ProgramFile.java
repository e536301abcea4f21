package org.resnetserving.engine;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The file that a program is written to and loaded from, gone once that is done. A process that is
 * killed meanwhile leaves it behind, as large as the weights: whoever makes the next removes it.
 */
final class ProgramFile implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(ProgramFile.class);

  private static final String PREFIX = "resnet-serving-";
  private static final String SUFFIX = ".pt";

  /** Many times what the largest network takes to be written and loaded on half a core. */
  static final Duration LEFT_BEHIND = Duration.ofMinutes(10);

  private final Path path;

  private ProgramFile(Path path) {
    this.path = path;
  }

  /** Makes an empty one. */
  static ProgramFile in(Path folder) throws IOException {
    Path path = Files.createTempFile(folder, PREFIX, SUFFIX);
    // By the clock of the file system, which wrote the others' times too.
    removeLeftBehind(folder, Files.getLastModifiedTime(path).toInstant().minus(LEFT_BEHIND));
    return new ProgramFile(path);
  }

  private static void removeLeftBehind(Path folder, Instant before) {
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, PREFIX + "*" + SUFFIX)) {
      for (Path file : files) {
        if (Files.getLastModifiedTime(file).toInstant().isBefore(before)) {
          Files.deleteIfExists(file);
          log.warn("Removed {}, which a process left that died while it loaded a program", file);
        }
      }
    } catch (IOException e) {
      // Another's, perhaps, or gone already.
      log.debug("Not looked through: {}", folder, e);
    }
  }

  Path path() {
    return path;
  }

  @Override
  public void close() throws IOException {
    Files.deleteIfExists(path);
  }
}
