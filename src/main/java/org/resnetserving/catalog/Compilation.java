package org.resnetserving.catalog;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.resnetserving.engine.CompiledModel;
import org.resnetserving.engine.NativeEngine;

/** Writes a program to a file: what libtorch loads it from. */
@FunctionalInterface
interface Compilation {
  void to(Path archive) throws IOException;

  /** Writes the program to a temporary file and loads it. */
  default CompiledModel load(NativeEngine engine, int side, List<Integer> batchSizes)
      throws IOException {
    Path archive = Files.createTempFile("resnet-serving-", ".pt");
    try {
      to(archive);
      return engine.load(archive, side, batchSizes);
    } finally {
      Files.deleteIfExists(archive);
    }
  }
}
