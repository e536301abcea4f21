package org.resnetserving.openinference;

import static org.resnetserving.openinference.WireFields.DELIMITED;
import static org.resnetserving.openinference.WireFields.FIXED32;
import static org.resnetserving.openinference.WireFields.SHIFT;
import static org.resnetserving.openinference.WireFields.VARINT;

import com.google.protobuf.CodedInputStream;
import inference.InferTensorContents;
import inference.ModelInferRequest.InferInputTensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.resnetserving.problem.ProblemException;

/**
 * An input as a message describes it. Contents of its own are read when datatype and shape are
 * known, so that no more is made room for than these say.
 */
final class GrpcInput {
  private static final int NAME = InferInputTensor.NAME_FIELD_NUMBER << SHIFT | DELIMITED;
  private static final int DATATYPE = InferInputTensor.DATATYPE_FIELD_NUMBER << SHIFT | DELIMITED;
  private static final int SIZE = InferInputTensor.SHAPE_FIELD_NUMBER << SHIFT | VARINT;
  private static final int SIZES = InferInputTensor.SHAPE_FIELD_NUMBER << SHIFT | DELIMITED;
  private static final int PARAMETERS =
      InferInputTensor.PARAMETERS_FIELD_NUMBER << SHIFT | DELIMITED;
  private static final int CONTENTS = InferInputTensor.CONTENTS_FIELD_NUMBER << SHIFT | DELIMITED;

  private static final int UINT = InferTensorContents.UINT_CONTENTS_FIELD_NUMBER << SHIFT | VARINT;
  private static final int UINTS =
      InferTensorContents.UINT_CONTENTS_FIELD_NUMBER << SHIFT | DELIMITED;
  private static final int FP32 = InferTensorContents.FP32_CONTENTS_FIELD_NUMBER << SHIFT | FIXED32;
  private static final int FP32S =
      InferTensorContents.FP32_CONTENTS_FIELD_NUMBER << SHIFT | DELIMITED;
  private static final int BYTES =
      InferTensorContents.BYTES_CONTENTS_FIELD_NUMBER << SHIFT | DELIMITED;

  private static final int BRIGHTEST = 255;

  private final ByteBuffer message;
  private final Bounds bounds;
  private final List<Long> sizes = new ArrayList<>();
  private final Map<String, Object> parameters = new HashMap<>();
  private String name = "";
  private String datatype = "";
  private @Nullable ByteBuffer contents;

  GrpcInput(ByteBuffer message, Bounds bounds) {
    this.message = message;
    this.bounds = bounds;
  }

  boolean field(int tag, CodedInputStream in) throws IOException {
    switch (tag) {
      case NAME -> name = WireFields.text(in, "name");
      case DATATYPE -> datatype = WireFields.text(in, "datatype");
      case SIZE -> size(in);
      case SIZES -> packed(in, this::size);
      case PARAMETERS -> WireFields.parameter(in, parameters);
      case CONTENTS -> {
        if (contents != null) {
          throw Tensor.invalid(name, "has its contents twice");
        }
        contents = WireFields.slice(in, message);
      }
      default -> {
        return false;
      }
    }
    return true;
  }

  private void size(CodedInputStream in) throws IOException {
    WireFields.requireRoom(sizes.size(), Bounds.MAX_DIMENSIONS, "shape");
    sizes.add(in.readInt64());
  }

  /** Whether its data are with it, and not among the raw contents. */
  boolean hasContents() {
    return contents != null;
  }

  /** The tensor, of raw contents. */
  Tensor unpacked(ByteBuffer packed) {
    return Tensor.unpack(name, Datatype.of(datatype, name), new Shape(sizes), packed, bounds);
  }

  /** The tensor, of its own contents. */
  Tensor read() {
    ByteBuffer own = contents;
    if (own == null) {
      throw new IllegalStateException("an input without contents");
    }
    Datatype type = Datatype.of(datatype, name);
    Shape shape = new Shape(sizes);
    long elements = shape.elements(name, bounds.maxElements());
    List<ByteBuffer> data =
        type == Datatype.BYTES ? files(own, elements) : List.of(numbers(own, type, elements));
    return new Tensor(name, type, shape, data);
  }

  private List<ByteBuffer> files(ByteBuffer own, long elements) {
    List<ByteBuffer> files = new ArrayList<>();
    WireFields.message(
        own,
        (tag, in) -> {
          if (tag != BYTES) {
            throw otherContents("bytes_contents");
          }
          if (files.size() >= elements) {
            throw count(elements, "more were sent");
          }
          files.add(WireFields.slice(in, own));
          return true;
        });
    if (files.size() < elements) {
      throw count(elements, "%,d were sent".formatted(files.size()));
    }
    return files;
  }

  private ByteBuffer numbers(ByteBuffer own, Datatype type, long elements) {
    bounds.memory().accept(elements * type.size());
    ByteBuffer data =
        ByteBuffer.allocate(Math.toIntExact(elements * type.size())).order(ByteOrder.LITTLE_ENDIAN);
    Element element = type == Datatype.FP32 ? this::fp32 : this::uint8;
    int one = type == Datatype.FP32 ? FP32 : UINT;
    int several = type == Datatype.FP32 ? FP32S : UINTS;
    WireFields.message(
        own,
        (tag, in) -> {
          if (tag == one) {
            element.read(in, data);
          } else if (tag == several) {
            packed(in, packed -> element.read(packed, data));
          } else {
            throw otherContents(type == Datatype.FP32 ? "fp32_contents" : "uint_contents");
          }
          return true;
        });
    if (data.hasRemaining()) {
      throw count(elements, "%,d were sent".formatted(data.position() / type.size()));
    }
    return data.flip();
  }

  /** Reads one element. */
  private interface Element {
    void read(CodedInputStream in, ByteBuffer data) throws IOException;
  }

  private void fp32(CodedInputStream in, ByteBuffer data) throws IOException {
    requireRoom(data);
    data.putInt(in.readRawLittleEndian32());
  }

  private void uint8(CodedInputStream in, ByteBuffer data) throws IOException {
    requireRoom(data);
    int value = in.readUInt32();
    if (value < 0 || value > BRIGHTEST) {
      throw Tensor.invalid(
          name, "is UINT8, 0 to 255, but holds %s".formatted(Integer.toUnsignedString(value)));
    }
    data.put((byte) value);
  }

  private void requireRoom(ByteBuffer data) {
    if (!data.hasRemaining()) {
      throw Tensor.invalid(name, "has the shape %s, but more data".formatted(new Shape(sizes)));
    }
  }

  /** One number after another, until they end. */
  private interface OneOf {
    void read(CodedInputStream in) throws IOException;
  }

  private static void packed(CodedInputStream in, OneOf numbers) throws IOException {
    int outer = in.pushLimit(in.readRawVarint32());
    while (!in.isAtEnd()) {
      numbers.read(in);
    }
    in.popLimit(outer);
  }

  private ProblemException otherContents(String wanted) {
    return Tensor.invalid(
        name,
        "has the datatype %s, whose contents are %s, but has others".formatted(datatype, wanted));
  }

  private ProblemException count(long elements, String sent) {
    return Tensor.invalid(
        name,
        "has the shape %s, which is %,d elements, but %s"
            .formatted(new Shape(sizes), elements, sent));
  }
}
