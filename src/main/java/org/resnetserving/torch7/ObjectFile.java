package org.resnetserving.torch7;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.resnetserving.weights.ByteCursor;
import org.resnetserving.weights.Dtype;
import org.resnetserving.weights.FileBytes;
import org.resnetserving.weights.WeightsException;

/**
 * Reads the objects in a file, as Torch7's {@code File:readObject} does; see RATIONALE for what
 * other readers get wrong. Storages stay in the file.
 */
final class ObjectFile {
  static final int NIL = 0;
  static final int NUMBER = 1;
  static final int STRING = 2;
  static final int TABLE = 3;
  static final int OBJECT = 4;
  static final int BOOLEAN = 5;
  static final int FUNCTION = 6;
  static final int FUNCTION_WITH_UPVALUES = 7;
  static final int FUNCTION_WITH_NAMED_UPVALUES = 8;

  /** Most values, and how deep they may nest; see RATIONALE. */
  static final int MAX_VALUES = 1 << 19;

  static final int MAX_DEPTH = 200;

  /** Most bytes of one text, and of all. */
  static final int MAX_TEXT_BYTES = 1 << 16;

  static final int MAX_ALL_TEXT_BYTES = 1 << 24;

  private static final int MAX_DIMENSIONS = 8;
  private static final Object FUNCTION_VALUE = new Object();

  private final FileBytes file;
  private final ByteCursor in;

  /** By the number that the file gives each: it may be read again from within itself. */
  private final Map<Integer, Object> known = new HashMap<>();

  private int values;
  private long text;

  private ObjectFile(FileBytes file) {
    this.file = file;
    this.in = new ByteCursor(file, 0, file.size(), "Torch7 file");
  }

  /** The object that the file begins with; what follows it is ignored, as Torch7 does. */
  static @Nullable Object read(FileBytes file) {
    return new ObjectFile(file).value(0);
  }

  private @Nullable Object value(int depth) {
    if (++values > MAX_VALUES) {
      throw file.refuse("has more than %d values".formatted(MAX_VALUES));
    }
    if (depth > MAX_DEPTH) {
      throw file.refuse("nests deeper than %d values".formatted(MAX_DEPTH));
    }
    long position = in.position();
    int type = in.i32();
    return switch (type) {
      case NIL -> null;
      case NUMBER -> Double.longBitsToDouble(in.i64());
      case STRING -> text();
      case BOOLEAN -> in.i32() == 1;
      case FUNCTION -> function(depth);
      case TABLE, OBJECT, FUNCTION_WITH_UPVALUES, FUNCTION_WITH_NAMED_UPVALUES -> {
        int index = in.i32();
        Object found = known.get(index);
        yield found == null ? numbered(type, index, depth) : found;
      }
      default ->
          throw file.refuse(
              "has no value of type %d (at byte %d): it is damaged, or was written on a machine of"
                      .formatted(type, position)
                  + " 32 bits or another byte order");
    };
  }

  private @Nullable Object numbered(int type, int index, int depth) {
    if (type == TABLE) {
      TorchObject table = TorchObject.of("", 0);
      known.put(index, table);
      entries(table, depth);
      return table;
    } else if (type == OBJECT) {
      return object(index, depth);
    }
    known.put(index, FUNCTION_VALUE);
    return function(depth);
  }

  private void entries(TorchObject table, int depth) {
    int count = in.i32();
    if (count < 0) {
      throw file.refuse("has a table of %d entries".formatted(count));
    }
    for (int i = 0; i < count; i++) {
      Object key = value(depth + 1);
      Object value = value(depth + 1);
      if (key != null && value != null) {
        table.fields().put(key, value);
      }
    }
  }

  /** A function's bytecode and what it closes over: passed over. */
  private Object function(int depth) {
    int bytes = in.i32();
    if (bytes < 0) {
      throw file.refuse("has a function of %d bytes".formatted(bytes));
    }
    in.skip(bytes);
    value(depth + 1);
    return FUNCTION_VALUE;
  }

  private Object object(int index, int depth) {
    String first = text();
    int version = version(first);
    String type = version < 0 ? first : text();
    Dtype dtype = TorchStorage.dtype(type);
    if (dtype != null) {
      TorchStorage storage = storage(dtype);
      known.put(index, storage);
      return storage;
    } else if (type.startsWith("torch.") && type.endsWith("Tensor")) {
      return tensor(index, type, depth);
    } else if (type.startsWith("torch.") || type.startsWith("tds.")) {
      throw file.refuse("holds a %s, which is not read".formatted(FileBytes.printable(type)));
    }
    TorchObject object = TorchObject.of(type, Math.max(version, 0));
    known.put(index, object);
    if (type.equals("nn.DataParallelTable") && version >= 2) {
      value(depth + 1); // the numbers of its processors come first
    }
    if (value(depth + 1) instanceof TorchObject content) {
      object.fields().putAll(content.fields());
    }
    return object;
  }

  /** The number in "V 1"; -1 if the text is a class of a time before versions. */
  private static int version(String text) {
    return text.matches("V \\d{1,6}") ? Integer.parseInt(text.substring(2)) : -1;
  }

  private TorchStorage storage(Dtype dtype) {
    long size = in.i64();
    long position = in.position();
    if (size < 0 || size > (file.size() - position) / dtype.bytes()) {
      throw file.refuse(
          "is truncated: a storage of %d elements at %d, of %d bytes"
              .formatted(size, position, file.size()));
    }
    in.skip(size * dtype.bytes());
    return new TorchStorage(dtype, position, size);
  }

  private Object tensor(int index, String type, int depth) {
    int dimensions = in.i32();
    if (dimensions < 0 || dimensions > MAX_DIMENSIONS) {
      throw file.refuse(
          "has a %s of %d dimensions; at most %d are read"
              .formatted(FileBytes.printable(type), dimensions, MAX_DIMENSIONS));
    }
    long[] sizes = longs(dimensions);
    long[] strides = longs(dimensions);
    long offset = in.i64() - 1;
    Object content = value(depth + 1);
    TorchTensor tensor =
        content instanceof TorchStorage storage
            ? new TorchTensor(sizes, strides, offset, storage)
            : new TorchTensor(new long[0], new long[0], 0, new TorchStorage(Dtype.F32, 0, 0));
    known.put(index, tensor);
    return tensor;
  }

  private long[] longs(int count) {
    long[] numbers = new long[count];
    for (int i = 0; i < count; i++) {
      numbers[i] = in.i64();
    }
    return numbers;
  }

  private String text() {
    int length = in.i32();
    if (length < 0 || length > MAX_TEXT_BYTES || (text += length) > MAX_ALL_TEXT_BYTES) {
      throw tooLong(length);
    }
    return new String(in.bytes(length), StandardCharsets.UTF_8);
  }

  private WeightsException tooLong(int length) {
    return file.refuse(
        "has a text of %d bytes; at most %d are read, and %d of all together"
            .formatted(length, MAX_TEXT_BYTES, MAX_ALL_TEXT_BYTES));
  }
}
