package org.resnetserving.weights;

import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.WireFormat;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Writes protobuf messages without their schema. */
public final class ProtobufWriter {
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final CodedOutputStream out = CodedOutputStream.newInstance(bytes, 64);

  @FunctionalInterface
  private interface Write {
    void to(CodedOutputStream out) throws IOException;
  }

  private ProtobufWriter write(Write write) {
    try {
      write.to(out);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return this;
  }

  public ProtobufWriter text(int field, String text) {
    return write(o -> o.writeString(field, text));
  }

  public ProtobufWriter integer(int field, long number) {
    return write(o -> o.writeInt64(field, number));
  }

  public ProtobufWriter real(int field, float number) {
    return write(o -> o.writeFloat(field, number));
  }

  public ProtobufWriter bytes(int field, byte[] content) {
    return write(o -> o.writeByteArray(field, content));
  }

  public ProtobufWriter message(int field, ProtobufWriter message) {
    return bytes(field, message.toBytes());
  }

  /** Packed. */
  public ProtobufWriter integers(int field, long... numbers) {
    ProtobufWriter packed = new ProtobufWriter();
    for (long number : numbers) {
      packed.write(o -> o.writeInt64NoTag(number));
    }
    return message(field, packed);
  }

  /** Packed. */
  public ProtobufWriter floats(int field, float... numbers) {
    return bytes(field, littleEndian(numbers));
  }

  public ProtobufWriter doubles(int field, double... numbers) {
    ByteBuffer packed =
        ByteBuffer.allocate(numbers.length * Double.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    packed.asDoubleBuffer().put(numbers);
    return bytes(field, packed.array());
  }

  public static byte[] littleEndian(float... numbers) {
    ByteBuffer packed =
        ByteBuffer.allocate(numbers.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    packed.asFloatBuffer().put(numbers);
    return packed.array();
  }

  /** What comes before the bytes of a field of that length. */
  public ProtobufWriter begin(int field, int length) {
    return write(
        o -> {
          o.writeTag(field, WireFormat.WIRETYPE_LENGTH_DELIMITED);
          o.writeUInt32NoTag(length);
        });
  }

  public byte[] toBytes() {
    write(CodedOutputStream::flush);
    return bytes.toByteArray();
  }
}
