package org.resnetserving.onnx;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.resnetserving.network.Weight;
import org.resnetserving.weights.Dtype;
import org.resnetserving.weights.FileBytes;
import org.resnetserving.weights.ProtobufMessage;
import org.resnetserving.weights.Tensor;
import org.resnetserving.weights.TensorReader;

/** A constant tensor: ONNX's {@code TensorProto}. */
record OnnxTensor(ProtobufMessage message, String name) {
  private static final int FLOAT_DATA = 4;
  private static final int INT32_DATA = 5;
  private static final int INT64_DATA = 7;
  private static final int RAW_DATA = 9;
  private static final int DOUBLE_DATA = 10;
  private static final int EXTERNAL_DATA = 13;
  private static final int LOCATION = 14;
  private static final int MOST_INTEGERS = 64;

  /** Refuses one whose numbers lie in another file. */
  static OnnxTensor of(ProtobufMessage message, String name) {
    if (message.integer(LOCATION, 0) != 0 || message.has(EXTERNAL_DATA)) {
      String location =
          message.messages(EXTERNAL_DATA, "an entry").stream()
              .filter(entry -> entry.text(1, "").equals("location"))
              .map(entry -> entry.text(2, ""))
              .findFirst()
              .orElse("another file");
      throw message
          .file()
          .refuse(
              name,
              "has its numbers in %s: export the model with external_data=False"
                  .formatted(FileBytes.printable(location)));
    }
    return new OnnxTensor(message, name);
  }

  List<Long> sizes() {
    return message.integers(1);
  }

  /** The type of its elements; null if it is none that is read. */
  @Nullable Dtype dtype() {
    return switch ((int) message.integer(2, 0)) {
      case 1 -> Dtype.F32;
      case 6 -> Dtype.I32;
      case 7 -> Dtype.I64;
      case 10 -> Dtype.F16;
      case 11 -> Dtype.F64;
      case 16 -> Dtype.BF16;
      default -> null;
    };
  }

  /** Whether it holds whole numbers, such as a shape. */
  boolean isInteger() {
    return dtype() == Dtype.I64 || dtype() == Dtype.I32;
  }

  /** Its floats. */
  Weight weight(TensorReader reader) {
    FileBytes file = message.file();
    Dtype dtype = dtype();
    if (dtype == null || !dtype.isFloatingPoint()) {
      throw file.refuse(
          name,
          "holds numbers of type %d; weights are read in floating point"
              .formatted(message.integer(2, 0)));
    }
    ProtobufMessage.Extent extent = message.extent(RAW_DATA);
    if (extent == null && dtype == Dtype.F32) {
      extent = message.extent(FLOAT_DATA);
    } else if (extent == null && dtype == Dtype.F64) {
      extent = message.extent(DOUBLE_DATA);
    }
    if (extent == null || extent.length() % dtype.bytes() != 0) {
      throw file.refuse(name, "has no %s numbers in one piece".formatted(dtype));
    }
    long[] shape = sizes().stream().mapToLong(Long::longValue).toArray();
    long capacity = extent.length() / dtype.bytes();
    return Weight.of(reader, Tensor.whole(file, name, dtype, shape, extent.position(), capacity));
  }

  /** Its few whole numbers. */
  List<Long> integers() {
    ProtobufMessage.Extent raw = message.extent(RAW_DATA);
    boolean wide = dtype() == Dtype.I64;
    if (raw == null) {
      return message.integers(wide ? INT64_DATA : INT32_DATA);
    }
    if (raw.length() > (long) MOST_INTEGERS * Long.BYTES) {
      throw new IllegalArgumentException(
          "reads %s, a tensor of %d bytes".formatted(name, raw.length()));
    }
    ByteBuffer bytes = message.file().read(raw.position(), (int) raw.length());
    List<Long> numbers = new ArrayList<>();
    while (bytes.remaining() >= (wide ? Long.BYTES : Integer.BYTES)) {
      numbers.add(wide ? bytes.getLong() : (long) bytes.getInt());
    }
    return numbers;
  }
}
