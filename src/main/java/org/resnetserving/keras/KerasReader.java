package org.resnetserving.keras;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.resnetserving.network.ImportedNetwork;
import org.resnetserving.network.NetworkReader;
import org.resnetserving.network.Normalization;
import org.resnetserving.weights.FileBytes;
import org.resnetserving.weights.WeightsException;
import org.resnetserving.weights.ZipDirectory;

/** Reads Keras 2's and 3's models, Functional and Sequential: {@code .h5} and {@code .keras}. */
public final class KerasReader implements NetworkReader {

  @Override
  public String format() {
    return "Keras model";
  }

  @Override
  public boolean matches(Path file, ByteBuffer start) {
    if (Hdf5.matches(start)) {
      return true;
    }
    if (!ZipDirectory.matches(start)) {
      return false;
    }
    try (FileBytes bytes = FileBytes.open(file)) {
      return KerasZip.matches(ZipDirectory.read(bytes));
    } catch (WeightsException e) {
      return false; // a damaged zip, which is refused as such
    }
  }

  @Override
  public ImportedNetwork read(FileBytes bytes, Normalization input) {
    try {
      KerasModel model =
          Hdf5.matches(bytes.start(Long.BYTES)) ? KerasH5.open(bytes) : KerasZip.open(bytes);
      return KerasGraph.of(bytes, model, input).imported();
    } catch (IndexOutOfBoundsException | BufferUnderflowException e) {
      throw new WeightsException(
          bytes.name() + ": has an HDF5 structure that is cut off or damaged", e);
    } catch (IllegalArgumentException | ArithmeticException e) {
      throw new WeightsException(
          bytes.name() + ": " + FileBytes.printable(String.valueOf(e.getMessage())), e);
    }
  }
}
