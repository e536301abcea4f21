package org.resnetserving.onnx;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Set;
import org.resnetserving.network.ImportedNetwork;
import org.resnetserving.network.NetworkReader;
import org.resnetserving.network.Normalization;
import org.resnetserving.weights.FileBytes;

/** Reads ONNX models that hold their weights, in floating point. */
public final class OnnxReader implements NetworkReader {
  private static final int FIRST_TAG = OnnxModel.IR_VERSION << 3;
  private static final int MOST_IR_VERSION = 64;

  /** Tags that may follow the first: texts, numbers and messages of {@code ModelProto}. */
  private static final Set<Integer> TAGS = Set.of(0x12, 0x1a, 0x22, 0x28, 0x32, 0x3a, 0x42, 0x72);

  private static final int GRAPH_TAG = OnnxModel.GRAPH << 3 | 2;
  private static final int NUMBER_TAG = 0x28;

  @Override
  public String format() {
    return "ONNX model";
  }

  /** The version of the format comes first; what follows it is known, up to the graph. */
  @Override
  public boolean matches(Path file, ByteBuffer start) {
    ByteBuffer bytes = start.duplicate();
    bytes.position(0);
    if (bytes.remaining() < 4
        || bytes.get() != FIRST_TAG
        || bytes.get(1) < 1
        || bytes.get() > MOST_IR_VERSION) {
      return false;
    }
    while (bytes.hasRemaining()) {
      int tag = bytes.get() & 0xff;
      if (!TAGS.contains(tag)) {
        return false;
      } else if (tag == GRAPH_TAG) {
        return true;
      }
      long number = number(bytes);
      if (tag != NUMBER_TAG) {
        if (number > bytes.remaining()) {
          return start.limit() == START_BYTES;
        }
        bytes.position(bytes.position() + (int) number);
      }
    }
    return false;
  }

  private static long number(ByteBuffer bytes) {
    long value = 0;
    for (int shift = 0; shift < Long.SIZE && bytes.hasRemaining(); shift += 7) {
      byte next = bytes.get();
      value |= (next & 0x7fL) << shift;
      if (next >= 0) {
        return value < 0 ? Long.MAX_VALUE : value;
      }
    }
    return Long.MAX_VALUE;
  }

  @Override
  public ImportedNetwork read(FileBytes bytes, Normalization input) {
    return new OnnxGraph(OnnxModel.read(bytes), input).build();
  }
}
