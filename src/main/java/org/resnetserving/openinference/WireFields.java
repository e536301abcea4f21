package org.resnetserving.openinference;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;
import inference.InferParameter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads protobuf field by field, within {@link Bounds}. */
final class WireFields {
  /** Adds the wire type to the number of a field that is text, bytes, a message or packed. */
  static final int DELIMITED = WireFormat.WIRETYPE_LENGTH_DELIMITED;

  static final int VARINT = WireFormat.WIRETYPE_VARINT;
  static final int FIXED32 = WireFormat.WIRETYPE_FIXED32;
  static final int FIXED64 = WireFormat.WIRETYPE_FIXED64;

  /** A tag is a field's number, so far to the left, and its wire type. */
  static final int SHIFT = 3;

  private static final int KEY = 1 << SHIFT | DELIMITED;
  private static final int VALUE = 2 << SHIFT | DELIMITED;

  private WireFields() {}

  /** What is done with a field. */
  @FunctionalInterface
  interface Field {
    /** Reads it; false leaves it to be passed over, as a field that is not known. */
    boolean read(int tag, CodedInputStream in) throws IOException;
  }

  /**
   * Reads a whole message.
   *
   * @throws org.resnetserving.problem.ProblemException (TENSOR_INVALID) if it is none
   */
  static void message(ByteBuffer message, Field field) {
    try {
      fields(
          CodedInputStream.newInstance(message.array(), message.arrayOffset(), message.remaining()),
          field);
    } catch (IOException e) {
      throw Tensor.invalid("The message is no ModelInferRequest: %s".formatted(e.getMessage()));
    }
  }

  /** Reads a message within another. */
  static void nested(CodedInputStream in, Field field) throws IOException {
    int outer = in.pushLimit(in.readRawVarint32());
    fields(in, field);
    in.checkLastTagWas(0);
    in.popLimit(outer);
  }

  private static void fields(CodedInputStream in, Field field) throws IOException {
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      if (!field.read(tag, in)) {
        in.skipField(tag);
      }
    }
  }

  /** Bytes, where they are in the message that is read. */
  static ByteBuffer slice(CodedInputStream in, ByteBuffer message) throws IOException {
    int length = in.readRawVarint32();
    int from = in.getTotalBytesRead();
    in.skipRawBytes(length); // refuses what is negative, or more than there is
    return message.slice(from, length);
  }

  static String text(CodedInputStream in, String what) throws IOException {
    int length = in.readRawVarint32();
    if (length < 0 || length > Bounds.MAX_TEXT) {
      throw Tensor.invalid("'%s' may have %d bytes.".formatted(what, Bounds.MAX_TEXT));
    }
    return new String(in.readRawBytes(length), StandardCharsets.UTF_8);
  }

  /** An entry of a map of parameters. */
  static void parameter(CodedInputStream in, Map<String, Object> parameters) throws IOException {
    String[] key = {""};
    @Nullable Object[] value = {null};
    nested(
        in,
        (tag, entry) -> {
          switch (tag) {
            case KEY -> key[0] = text(entry, "a parameter's name");
            case VALUE ->
                nested(
                    entry,
                    (choice, own) -> {
                      Object chosen = value(choice, own);
                      value[0] = chosen == null ? value[0] : chosen;
                      return chosen != null;
                    });
            default -> {
              return false;
            }
          }
          return true;
        });
    if (value[0] != null) {
      parameters.put(key[0], value[0]);
    }
    if (parameters.size() > Bounds.MAX_PARAMETERS) {
      throw Tensor.invalid(
          "'parameters' may have %d entries, and has more.".formatted(Bounds.MAX_PARAMETERS));
    }
  }

  /** What is chosen; null if the field is not known. */
  private static @Nullable Object value(int tag, CodedInputStream in) throws IOException {
    return switch (tag) {
      case InferParameter.BOOL_PARAM_FIELD_NUMBER << SHIFT | VARINT -> in.readBool();
      case InferParameter.INT64_PARAM_FIELD_NUMBER << SHIFT | VARINT -> in.readInt64();
      case InferParameter.STRING_PARAM_FIELD_NUMBER << SHIFT | DELIMITED ->
          text(in, "a parameter's value");
      case InferParameter.DOUBLE_PARAM_FIELD_NUMBER << SHIFT | FIXED64 -> in.readDouble();
      case InferParameter.UINT64_PARAM_FIELD_NUMBER << SHIFT | VARINT ->
          Long.toUnsignedString(in.readUInt64());
      default -> null;
    };
  }

  /** Nothing if there may be one more. */
  static void requireRoom(int have, int most, String what) {
    if (have >= most) {
      throw Tensor.invalid("'%s' may have %d elements, and has more.".formatted(what, most));
    }
  }
}
