package org.resnetserving.engine;

import java.io.IOException;
import java.nio.file.Path;

/** Writes a program to a file, which {@link NativeEngine} loads it from. */
@FunctionalInterface
public interface Compilation {
  /**
   * Writes the program.
   *
   * @param archive the file, which exists and is overwritten
   */
  void to(Path archive) throws IOException;
}
