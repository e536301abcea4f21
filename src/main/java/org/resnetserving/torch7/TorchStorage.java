package org.resnetserving.torch7;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;
import org.resnetserving.weights.Dtype;
import org.resnetserving.weights.FileBytes;

/**
 * Numbers in the file.
 *
 * @param position of the first
 * @param size how many
 */
record TorchStorage(Dtype dtype, long position, long size) {
  private static final String STORAGE = "Storage";

  /** The type of a storage's elements by its class, or null if it is the class of none. */
  static @Nullable Dtype dtype(String type) {
    if (!type.startsWith("torch.") || !type.endsWith(STORAGE)) {
      return null;
    }
    String element = type.substring("torch.".length(), type.length() - STORAGE.length());
    return switch (element.startsWith("Cuda") ? element.substring("Cuda".length()) : element) {
      case "", "Float" -> Dtype.F32;
      case "Double" -> Dtype.F64;
      case "Half" -> Dtype.F16;
      case "Long" -> Dtype.I64;
      case "Int" -> Dtype.I32;
      case "Short" -> Dtype.I16;
      case "Char" -> Dtype.I8;
      case "Byte" -> Dtype.U8;
      default -> null;
    };
  }

  /** The product of its numbers, -1 among them as 1; 0 if they are no few whole numbers. */
  long product(FileBytes file) {
    if (dtype != Dtype.I64 || size > 8) {
      return 0;
    }
    ByteBuffer bytes = file.read(position, (int) size * Long.BYTES);
    long product = 1;
    while (bytes.hasRemaining()) {
      long number = bytes.getLong();
      if (Math.abs(number) > Integer.MAX_VALUE || product > Integer.MAX_VALUE) {
        return 0;
      }
      product *= number == -1 ? 1 : number;
    }
    return product;
  }
}
