package org.resnetserving.weights;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Map;

/** Opens weights files, telling what they are by their content. */
public final class WeightFiles {
  private static final int START_BYTES = 1024;

  private WeightFiles() {}

  /** The format of a file, whatever its name says. */
  public static WeightFormat formatOf(Path file) {
    try (Source source = Source.open(file)) {
      return formatOf(source);
    }
  }

  /**
   * Opens a state dict. Its tensors are checked against the file's size but not read yet.
   *
   * @throws WeightsException if the file is not a state dict that is read, or is damaged
   */
  public static StateDict open(Path file) {
    Source source = Source.open(file);
    try {
      return open(source);
    } catch (RuntimeException | Error e) {
      source.close();
      throw e;
    }
  }

  static StateDict open(Source source) {
    Map<String, Tensor> tensors =
        switch (formatOf(source)) {
          case SAFETENSORS -> Safetensors.read(source);
          default -> throw source.refuse("is not a weights file that is read");
        };
    return new FileStateDict(source, CanonicalNames.rename(source, tensors));
  }

  static WeightFormat formatOf(Source source) {
    ByteBuffer start = source.read(0, (int) Math.min(START_BYTES, source.size()));
    if (Safetensors.matches(start, source.size())) {
      return WeightFormat.SAFETENSORS;
    }
    return WeightFormat.UNKNOWN;
  }
}
