package org.resnetserving.weights;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A protobuf message in a file, without its schema: which fields it has, and for those of any
 * length where they lie. Texts, numbers and messages in it are read when they are asked for, and
 * long arrays of numbers stay in the file. Fields are called by the numbers of their schema.
 */
public final class ProtobufMessage {
  /** Most fields that are listed in one file, all its messages together; see RATIONALE. */
  static final int MAX_FIELDS = 1 << 20;

  /** Most bytes of text that are read from one file. */
  static final int MAX_TEXT_BYTES = 1 << 24;

  /** Most numbers of a list that is read at once: a shape or a padding, never weights. */
  static final int MAX_NUMBERS = 1 << 12;

  private static final int MEMORY_BYTES = 1 << 16;

  private final FileBytes file;
  private final Budget budget;
  private final String what;
  private final List<Field> fields;

  private ProtobufMessage(FileBytes file, Budget budget, String what, List<Field> fields) {
    this.file = file;
    this.budget = budget;
    this.what = what;
    this.fields = fields;
  }

  /**
   * Lists the fields of the message that is the whole file.
   *
   * @param what messages call it: a noun phrase with an article, such as "an ONNX model"
   * @throws WeightsException if it is truncated or no protobuf message
   */
  public static ProtobufMessage of(FileBytes file, String what) {
    Budget budget = new Budget();
    Extent all = new Extent(0, file.size());
    return new ProtobufMessage(file, budget, what, scan(file, budget, what, all));
  }

  private static List<Field> scan(FileBytes file, Budget budget, String what, Extent extent) {
    if (extent.length > Integer.MAX_VALUE) {
      throw file.refuse("is no %s: one has at most 2 GiB".formatted(bare(what)));
    }
    List<Field> fields = new ArrayList<>();
    try {
      CodedInputStream in = open(file, extent);
      while (!in.isAtEnd()) {
        if (++budget.fields > MAX_FIELDS) {
          throw file.refuse("has more than %d protobuf fields".formatted(MAX_FIELDS));
        }
        fields.add(field(file, what, in, extent));
      }
    } catch (IOException e) {
      throw damaged(file, what, String.valueOf(e.getMessage()), e);
    }
    return fields;
  }

  private static CodedInputStream open(FileBytes file, Extent extent) {
    return extent.length <= MEMORY_BYTES
        ? CodedInputStream.newInstance(file.read(extent.position, (int) extent.length).array())
        : CodedInputStream.newInstance(file.stream(extent.position, extent.length));
  }

  private static Field field(FileBytes file, String what, CodedInputStream in, Extent extent)
      throws IOException {
    int tag = in.readTag();
    int number = WireFormat.getTagFieldNumber(tag);
    int type = WireFormat.getTagWireType(tag);
    return switch (type) {
      case WireFormat.WIRETYPE_VARINT -> new Field(number, type, in.readRawVarint64(), 0);
      case WireFormat.WIRETYPE_FIXED32 -> new Field(number, type, in.readRawLittleEndian32(), 0);
      case WireFormat.WIRETYPE_FIXED64 -> new Field(number, type, in.readRawLittleEndian64(), 0);
      case WireFormat.WIRETYPE_LENGTH_DELIMITED -> {
        int length = in.readRawVarint32();
        int read = in.getTotalBytesRead();
        if (length < 0 || length > extent.length - read) {
          throw file.refuse(
              "is truncated: field %d of %s wants %d bytes at %d, of %d"
                  .formatted(number, what, length, extent.position + read, file.size()));
        }
        in.skipRawBytes(length);
        yield new Field(number, type, extent.position + read, length);
      }
      default -> throw damaged(file, what, "field %d has type %d".formatted(number, type), null);
    };
  }

  private static WeightsException damaged(
      FileBytes file, String what, String problem, @Nullable Throwable cause) {
    String message = "%s: is no %s, or a damaged one: %s";
    return new WeightsException(message.formatted(file.name(), bare(what), problem), cause);
  }

  private static String bare(String what) {
    return what.substring(what.indexOf(' ') + 1);
  }

  /** The file that it lies in. */
  public FileBytes file() {
    return file;
  }

  /** Whether a field is there. */
  public boolean has(int number) {
    return fields.stream().anyMatch(field -> field.number == number);
  }

  /** How often a field is there. */
  public int count(int number) {
    return (int) fields.stream().filter(field -> field.number == number).count();
  }

  /** The messages in a repeated field. */
  public List<ProtobufMessage> messages(int number, String what) {
    List<ProtobufMessage> messages = new ArrayList<>();
    for (Field field : fields) {
      if (field.number == number) {
        Extent extent = extent(field);
        messages.add(new ProtobufMessage(file, budget, what, scan(file, budget, what, extent)));
      }
    }
    return messages;
  }

  /** The message in a field; one without fields if it is not there. */
  public ProtobufMessage message(int number, String what) {
    List<ProtobufMessage> messages = messages(number, what);
    if (messages.size() > 1) {
      throw file.refuse("%s has field %d %d times".formatted(this.what, number, messages.size()));
    }
    return messages.isEmpty()
        ? new ProtobufMessage(file, budget, what, List.of())
        : messages.get(0);
  }

  /** A whole number, or what it is where the field is not there. */
  public long integer(int number, long otherwise) {
    Field field = last(number, WireFormat.WIRETYPE_VARINT);
    return field == null ? otherwise : field.bits;
  }

  /** Whether a field says true, or what it says where it is not there. */
  public boolean flag(int number, boolean otherwise) {
    return integer(number, otherwise ? 1 : 0) != 0;
  }

  /** A float, or what it is where the field is not there. */
  public float real(int number, float otherwise) {
    Field field = last(number, WireFormat.WIRETYPE_FIXED32);
    return field == null ? otherwise : Float.intBitsToFloat((int) field.bits);
  }

  /** A text, or what it is where the field is not there. */
  public String text(int number, String otherwise) {
    Field field = last(number, WireFormat.WIRETYPE_LENGTH_DELIMITED);
    return field == null ? otherwise : text(field);
  }

  /** The texts in a repeated field. */
  public List<String> texts(int number) {
    return fields.stream().filter(field -> field.number == number).map(this::text).toList();
  }

  /** The whole numbers in a repeated field, packed or not. */
  public List<Long> integers(int number) {
    List<Long> numbers = new ArrayList<>();
    for (Field field : fields) {
      if (field.number == number && field.type == WireFormat.WIRETYPE_VARINT) {
        numbers.add(field.bits);
      } else if (field.number == number) {
        unpack(field, in -> numbers.add(in.readRawVarint64()));
      }
    }
    return atMost(numbers);
  }

  /** The floats in a repeated field, packed or not. */
  public List<Float> reals(int number) {
    List<Float> numbers = new ArrayList<>();
    for (Field field : fields) {
      if (field.number == number && field.type == WireFormat.WIRETYPE_FIXED32) {
        numbers.add(Float.intBitsToFloat((int) field.bits));
      } else if (field.number == number) {
        unpack(field, in -> numbers.add(in.readFloat()));
      }
    }
    return atMost(numbers);
  }

  private <T> List<T> atMost(List<T> numbers) {
    if (numbers.size() > MAX_NUMBERS) {
      throw tooMany(numbers.size());
    }
    return numbers;
  }

  private WeightsException tooMany(long count) {
    return file.refuse(
        "%s has a list of %d numbers; at most %d are read".formatted(what, count, MAX_NUMBERS));
  }

  private void unpack(Field field, Unpacker unpacker) {
    Extent extent = extent(field);
    if (extent.length > MAX_NUMBERS * 10L) {
      throw tooMany(extent.length);
    }
    try {
      CodedInputStream in = open(file, extent);
      while (!in.isAtEnd()) {
        unpacker.next(in);
      }
    } catch (IOException e) {
      throw damaged(file, what, String.valueOf(e.getMessage()), e);
    }
  }

  /**
   * Where the bytes of a field lie, or the packed numbers of one; null if it is not there or empty.
   *
   * @throws WeightsException if they lie in several pieces
   */
  public @Nullable Extent extent(int number) {
    Extent found = null;
    for (Field field : fields) {
      if (field.number != number || extent(field).length == 0) {
        continue;
      }
      if (found != null) {
        throw file.refuse(
            "%s has field %d in pieces; only arrays in one piece are read".formatted(what, number));
      }
      found = extent(field);
    }
    return found;
  }

  private Extent extent(Field field) {
    require(field, WireFormat.WIRETYPE_LENGTH_DELIMITED);
    return new Extent(field.bits, field.length);
  }

  private String text(Field field) {
    Extent extent = extent(field);
    budget.text += extent.length;
    if (budget.text > MAX_TEXT_BYTES) {
      throw file.refuse("has more than %d bytes of text".formatted(MAX_TEXT_BYTES));
    }
    ByteBuffer bytes = file.read(extent.position, (int) extent.length);
    return StandardCharsets.UTF_8.decode(bytes).toString();
  }

  private @Nullable Field last(int number, int type) {
    for (int i = fields.size() - 1; i >= 0; i--) {
      if (fields.get(i).number == number) {
        require(fields.get(i), type);
        return fields.get(i);
      }
    }
    return null;
  }

  private void require(Field field, int type) {
    if (field.type != type) {
      throw damaged(
          file,
          what,
          "field %d has type %d, not %d".formatted(field.number, field.type, type),
          null);
    }
  }

  private record Field(int number, int type, long bits, int length) {}

  /**
   * Bytes in the file.
   *
   * @param position of the first
   * @param length how many
   */
  public record Extent(long position, long length) {}

  @FunctionalInterface
  private interface Unpacker {
    void next(CodedInputStream in) throws IOException;
  }

  private static final class Budget {
    private int fields;
    private long text;
  }
}
