package org.resnetserving.torchexport;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.resnetserving.network.ImportedNetwork;
import org.resnetserving.network.NetworkReader;
import org.resnetserving.network.Normalization;
import org.resnetserving.weights.FileBytes;
import org.resnetserving.weights.WeightsException;
import org.resnetserving.weights.ZipDirectory;

/** Reads {@code .pt2} files, as exported or decomposed to core ATen, of PyTorch 2.1 and later. */
public final class TorchExportReader implements NetworkReader {

  @Override
  public String format() {
    return "torch.export program";
  }

  @Override
  public boolean matches(Path file, ByteBuffer start) {
    if (!ZipDirectory.matches(start)) {
      return false;
    }
    try (FileBytes bytes = FileBytes.open(file)) {
      return ExportArchive.matches(ZipDirectory.read(bytes));
    } catch (WeightsException e) {
      return false; // a damaged zip, which is refused as such
    }
  }

  @Override
  public ImportedNetwork read(FileBytes bytes, Normalization input) {
    try {
      ExportArchive archive = ExportArchive.open(bytes);
      return AtenGraph.of(bytes, ExportedProgram.parse(bytes, archive), input).imported();
    } catch (IllegalArgumentException e) {
      throw new WeightsException(
          bytes.name() + ": " + FileBytes.printable(String.valueOf(e.getMessage())), e);
    }
  }
}
