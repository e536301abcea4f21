package org.resnetserving.torchexport;

import java.io.IOException;
import java.nio.file.Path;
import org.resnetserving.network.ImportedNetwork;
import org.resnetserving.network.Normalization;
import org.resnetserving.network.ProgramCompiler;
import org.resnetserving.network.ProgramKind;

/** A program of its own, to be run in a small heap: from a file to a program. */
final class CompileExport {
  private CompileExport() {}

  public static void main(String[] args) throws IOException {
    try (ImportedNetwork network =
        new TorchExportReader().read(Path.of(args[0]), Normalization.IMAGENET)) {
      ProgramCompiler.compile(network.graph(), ProgramKind.PLAIN, 224, Path.of(args[1]));
    }
  }
}
