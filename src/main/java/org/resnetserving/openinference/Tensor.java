package org.resnetserving.openinference;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.resnetserving.problem.ProblemException;
import org.resnetserving.problem.ProblemType;

/**
 * A tensor with a name, whichever way it came: what JSON, binary bodies and gRPC have in common.
 *
 * @param data one buffer of numbers, by row and little-endian; of {@link Datatype#BYTES} one for
 *     each element
 */
record Tensor(String name, Datatype datatype, Shape shape, List<ByteBuffer> data) {
  /** Bytes before each element of BYTES that say how many it has. */
  private static final int PREFIX = 4;

  /** A tensor of 32-bit numbers. */
  static Tensor of(String name, Shape shape, float[] values) {
    ByteBuffer data =
        ByteBuffer.allocate(values.length * Datatype.FP32.size()).order(ByteOrder.LITTLE_ENDIAN);
    data.asFloatBuffer().put(values);
    return new Tensor(name, Datatype.FP32, shape, List.of(data));
  }

  /**
   * A tensor as the binary extension and gRPC's raw contents have it.
   *
   * @param packed its bytes and no others; elements of BYTES each behind their length (uint32)
   * @throws ProblemException (TENSOR_INVALID) if these are not the bytes of that shape
   */
  static Tensor unpack(
      String name, Datatype datatype, Shape shape, ByteBuffer packed, Bounds bounds) {
    long elements = shape.elements(name, bounds.maxElements());
    ByteBuffer bytes = packed.slice().order(ByteOrder.LITTLE_ENDIAN);
    if (datatype == Datatype.BYTES) {
      return new Tensor(name, datatype, shape, elements(name, shape, elements, bytes));
    }
    if (bytes.remaining() != elements * datatype.size()) {
      throw invalid(
          name,
          "has the datatype %s and the shape %s, which is %,d bytes, but %,d bytes were sent"
              .formatted(datatype, shape, elements * datatype.size(), bytes.remaining()));
    }
    return new Tensor(name, datatype, shape, List.of(bytes));
  }

  private static List<ByteBuffer> elements(
      String name, Shape shape, long count, ByteBuffer packed) {
    List<ByteBuffer> elements = new ArrayList<>();
    while (packed.hasRemaining() && elements.size() < count) {
      if (packed.remaining() < PREFIX) {
        throw invalid(name, "ends within the length of its element %d".formatted(elements.size()));
      }
      long length = Integer.toUnsignedLong(packed.getInt());
      if (length > packed.remaining()) {
        throw invalid(
            name,
            "says that its element %d has %,d bytes, but %,d are left. Before each element comes its length, 4 bytes little-endian"
                .formatted(elements.size(), length, packed.remaining()));
      }
      elements.add(packed.slice(packed.position(), (int) length));
      packed.position(packed.position() + (int) length);
    }
    if (elements.size() < count || packed.hasRemaining()) {
      throw invalid(
          name,
          "has the shape %s, which is %,d elements, but %s"
              .formatted(
                  shape,
                  count,
                  packed.hasRemaining()
                      ? "%,d bytes follow them".formatted(packed.remaining())
                      : "%,d were sent".formatted(elements.size())));
    }
    return elements;
  }

  /** Bytes that it has as {@link #pack} writes it. */
  int packedSize() {
    int size = 0;
    for (ByteBuffer part : data) {
      size += part.remaining() + (datatype == Datatype.BYTES ? PREFIX : 0);
    }
    return size;
  }

  /** Writes it as {@link #unpack} reads it. */
  void pack(ByteBuffer to) {
    to.order(ByteOrder.LITTLE_ENDIAN);
    for (ByteBuffer part : data) {
      if (datatype == Datatype.BYTES) {
        to.putInt(part.remaining());
      }
      to.put(part.duplicate());
    }
  }

  /** The refusal of an input. */
  static ProblemException invalid(String input, String what) {
    return invalid("Input '%s' %s.".formatted(quoted(input), what));
  }

  /** The refusal of a request. */
  static ProblemException invalid(String detail) {
    return new ProblemException(ProblemType.TENSOR_INVALID, detail);
  }

  /** A name that a client sent, as it may be repeated. */
  static String quoted(String name) {
    return ProblemException.shortened(name);
  }
}
