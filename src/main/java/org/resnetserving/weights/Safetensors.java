package org.resnetserving.weights;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.TokenStreamFactory;
import tools.jackson.core.json.JsonFactory;

/**
 * Reads {@code .safetensors}: an 8-byte header length, a JSON header, and the tensors' bytes
 * without holes or overlaps. Stricter than the reference in three ways: the header may have {@value
 * #MAX_HEADER_BYTES} bytes instead of 100 MB, must begin with <code>{</code> as the format's text
 * says, and may name no key twice, not even with the same value.
 */
final class Safetensors {
  /** A ResNet-152's header has 100 KB. */
  static final int MAX_HEADER_BYTES = 16 << 20;

  /** A ResNet-152 has 932 tensors. */
  static final int MAX_TENSORS = 1 << 16;

  private static final int PREFIX_BYTES = 8;
  private static final int FORMAT_MAX_HEADER_BYTES = 100_000_000;
  private static final int MAX_NAME_LENGTH = 1024;

  private static final TokenStreamFactory JSON =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(16)
                  .maxNameLength(MAX_NAME_LENGTH)
                  .maxNumberLength(32)
                  .maxStringLength(1 << 20)
                  .maxDocumentLength(MAX_HEADER_BYTES)
                  .build())
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .build();

  private final FileBytes source;

  private Safetensors(FileBytes source) {
    this.source = source;
  }

  /** Where the tensors lie, in the header's order. */
  static Map<String, Tensor> read(FileBytes source) {
    return new Safetensors(source).read();
  }

  /** Whether a file that begins so may be a safetensors file. */
  static boolean matches(ByteBuffer start) {
    return start.limit() > PREFIX_BYTES
        && start.get(PREFIX_BYTES) == '{'
        && start.getLong(0) >= 0
        && start.getLong(0) <= FORMAT_MAX_HEADER_BYTES;
  }

  private Map<String, Tensor> read() {
    long header = source.size() < PREFIX_BYTES ? 0 : source.read(0, PREFIX_BYTES).getLong();
    if (header < 2 || header > source.size() - PREFIX_BYTES) {
      throw source.refuse(
          "says its header has %s bytes, of %d in the file: truncated, or not safetensors"
              .formatted(Long.toUnsignedString(header), source.size()));
    }
    if (header > MAX_HEADER_BYTES) {
      throw source.refuse(
          "has a header of %d bytes; at most %d are read".formatted(header, MAX_HEADER_BYTES));
    }
    String json = decode(source.read(PREFIX_BYTES, (int) header));
    if (json.charAt(0) != '{') {
      throw source.refuse("has a header that does not begin with {");
    }
    List<Entry> entries;
    try (JsonParser parser = JSON.createParser(ObjectReadContext.empty(), json)) {
      entries = entries(parser);
    } catch (JacksonException e) {
      throw new WeightsException(
          source.name()
              + ": has a header that is not the JSON of safetensors: "
              + FileBytes.printable(String.valueOf(e.getOriginalMessage())),
          e);
    }
    return tensors(entries, PREFIX_BYTES + header);
  }

  private String decode(ByteBuffer bytes) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(bytes).toString();
    } catch (CharacterCodingException e) {
      throw new WeightsException(source.name() + ": has a header that is not UTF-8", e);
    }
  }

  private List<Entry> entries(JsonParser parser) {
    List<Entry> entries = new ArrayList<>();
    expect(parser.nextToken() == JsonToken.START_OBJECT, "the header is not an object");
    while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
      String name = parser.currentName();
      if (name.equals("__metadata__")) {
        metadata(parser);
      } else if (entries.size() == MAX_TENSORS) {
        throw source.refuse("has more than %d tensors".formatted(MAX_TENSORS));
      } else {
        entries.add(entry(parser, name));
      }
    }
    expect(parser.nextToken() == null, "the header goes on after its object");
    return entries;
  }

  private void metadata(JsonParser parser) {
    JsonToken start = parser.nextToken();
    if (start == JsonToken.VALUE_NULL) {
      return;
    }
    expect(start == JsonToken.START_OBJECT, "__metadata__ is not an object");
    while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
      expect(parser.nextToken() == JsonToken.VALUE_STRING, "__metadata__ maps to a non-string");
    }
  }

  private Entry entry(JsonParser parser, String name) {
    expect(parser.nextToken() == JsonToken.START_OBJECT, name + " is not an object");
    Dtype dtype = null;
    long[] shape = null;
    long[] offsets = null;
    while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
      String field = parser.currentName();
      parser.nextToken();
      switch (field) {
        case "dtype" -> dtype = dtype(parser, name);
        case "shape" -> shape = numbers(parser, name, Tensor.MAX_DIMENSIONS);
        case "data_offsets" -> offsets = numbers(parser, name, 2);
        default -> parser.skipChildren();
      }
    }
    if (dtype == null || shape == null || offsets == null || offsets.length != 2) {
      throw source.refuse(name, "lacks its dtype, shape or data_offsets");
    }
    return new Entry(name, dtype, shape, offsets[0], offsets[1]);
  }

  private Dtype dtype(JsonParser parser, String name) {
    expect(
        parser.currentToken() == JsonToken.VALUE_STRING, name + " has a dtype that is no string");
    String text = parser.getString();
    for (Dtype dtype : Dtype.values()) {
      if (dtype.name().equals(text)) {
        return dtype;
      }
    }
    throw source.refuse(name, "has an unknown dtype, " + FileBytes.printable(text));
  }

  private long[] numbers(JsonParser parser, String name, int limit) {
    expect(parser.currentToken() == JsonToken.START_ARRAY, name + " has numbers that are no array");
    long[] numbers = new long[limit];
    int count = 0;
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      expect(
          parser.currentToken() == JsonToken.VALUE_NUMBER_INT,
          name + " has a size or offset that is no whole number");
      if (count == limit) {
        throw source.refuse(name, "has more than %d sizes or offsets".formatted(limit));
      }
      long number = parser.getLongValue();
      if (number < 0) {
        throw source.refuse(name, "has a negative size or offset, " + number);
      }
      numbers[count++] = number;
    }
    return Arrays.copyOf(numbers, count);
  }

  private void expect(boolean condition, String otherwise) {
    if (!condition) {
      throw source.refuse(FileBytes.printable(otherwise));
    }
  }

  private Map<String, Tensor> tensors(List<Entry> entries, long data) {
    List<Entry> byOffset = new ArrayList<>(entries);
    byOffset.sort(Comparator.comparingLong(Entry::begin).thenComparingLong(Entry::end));
    long next = 0;
    for (Entry entry : byOffset) {
      if (entry.begin != next) {
        throw source.refuse(
            entry.name,
            "begins at %d where %d was expected: tensors may not overlap or leave holes"
                .formatted(entry.begin, next));
      }
      if (entry.end < entry.begin || entry.end > source.size() - data) {
        throw source.refuse(
            entry.name,
            "has the bytes %d to %d of %d: truncated, or its offsets are wrong"
                .formatted(entry.begin, entry.end, source.size() - data));
      }
      next = entry.end;
    }
    if (next != source.size() - data) {
      throw source.refuse(
          "has %d bytes behind its last tensor".formatted(source.size() - data - next));
    }
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    for (Entry entry : entries) {
      tensors.put(entry.name, entry.tensor(source, data));
    }
    return tensors;
  }

  private static final class Entry {
    private final String name;
    private final Dtype dtype;
    private final long[] shape;
    private final long begin;
    private final long end;

    Entry(String name, Dtype dtype, long[] shape, long begin, long end) {
      this.name = name;
      this.dtype = dtype;
      this.shape = shape;
      this.begin = begin;
      this.end = end;
    }

    long begin() {
      return begin;
    }

    long end() {
      return end;
    }

    Tensor tensor(FileBytes source, long data) {
      Tensor tensor = Tensor.contiguous(source, name, dtype, shape, data + begin);
      long bytes = end - begin;
      boolean fits;
      try {
        long bits = Math.multiplyExact(tensor.elements(), (long) dtype.bits());
        fits = bits % 8 == 0 && bits / 8 == bytes;
      } catch (ArithmeticException e) {
        fits = false;
      }
      if (!fits) {
        throw source.refuse(name, "has %d bytes, which do not fit %s".formatted(bytes, tensor));
      }
      if (begin % Math.max(dtype.bits() / 8, 1) != 0) {
        throw source.refuse(
            name, "begins at byte %d, which is not aligned for %s".formatted(begin, dtype));
      }
      return tensor;
    }
  }
}
