package org.resnetserving.openinference;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.resnetserving.models.ModelDescriptor.Preprocessing;
import org.resnetserving.network.Normalization;
import org.resnetserving.problem.ProblemException;
import org.resnetserving.serving.Input;

/**
 * The pictures in an input: files as BYTES, raw pixels (RGB) as UINT8, or normalised ones as FP32,
 * which are turned back into the 8-bit pixels that networks here read.
 *
 * @param preset what the network wants done to a picture
 * @param maxPictures of one request
 */
record PictureTensor(Preprocessing preset, int maxPictures) {
  private static final int RGB = 3;
  private static final int BRIGHTEST = 255;

  /** The elements that an input may have: of pixels, there are the most. */
  long maxElements() {
    return (long) maxPictures * channels() * side() * side();
  }

  /** How many channels the network reads. */
  int channels() {
    return preset.normalization().channels();
  }

  int side() {
    return preset.side();
  }

  /**
   * The pictures, in their order.
   *
   * @param tensor whose elements are as many as its shape says
   * @throws ProblemException (TENSOR_INVALID) saying what the network reads; (OVERLOADED) by the
   *     bounds' memory
   */
  List<Input> inputs(Tensor tensor, Bounds bounds) {
    Shape shape = tensor.shape();
    if (shape.rank() == 0 || shape.size(0) > maxPictures) {
      throw Tensor.invalid(
          tensor.name(),
          "has the shape %s; a request may have %d pictures".formatted(shape, maxPictures));
    }
    return tensor.datatype() == Datatype.BYTES ? files(tensor, bounds) : pixels(tensor, bounds);
  }

  private static List<Input> files(Tensor tensor, Bounds bounds) {
    Shape shape = tensor.shape();
    if (shape.rank() > 2 || (shape.rank() == 2 && shape.size(1) != 1)) {
      throw Tensor.invalid(
          tensor.name(),
          "has the shape %s; pictures as BYTES have [n] or [n,1], one element for each"
              .formatted(shape));
    }
    List<Input> files = new ArrayList<>();
    for (ByteBuffer element : tensor.data()) {
      files.add(new Input.File(bytes(element, bounds)));
    }
    return files;
  }

  /** Not copied where it is the whole body. */
  private static byte[] bytes(ByteBuffer element, Bounds bounds) {
    if (element.hasArray()
        && element.arrayOffset() == 0
        && element.remaining() == element.array().length) {
      return element.array();
    }
    bounds.memory().accept(element.remaining());
    byte[] bytes = new byte[element.remaining()];
    element.duplicate().get(bytes);
    return bytes;
  }

  private List<Input> pixels(Tensor tensor, Bounds bounds) {
    boolean planes = isPlanes(tensor);
    int area = side() * side();
    int count = (int) tensor.shape().size(0);
    ByteBuffer data = tensor.data().get(0);
    List<Input> inputs = new ArrayList<>();
    for (int picture = 0; picture < count; picture++) {
      bounds.memory().accept((long) area * RGB);
      byte[] pixels = new byte[area * RGB];
      for (int channel = 0; channel < channels(); channel++) {
        Levels levels = levels(tensor, channel);
        for (int place = 0; place < area; place++) {
          int element =
              picture * channels() * area
                  + (planes ? channel * area + place : place * channels() + channel);
          byte level = levels.at(data, element);
          if (channels() == 1) {
            Arrays.fill(pixels, place * RGB, place * RGB + RGB, level);
          } else {
            pixels[place * RGB + levels.channel()] = level;
          }
        }
      }
      inputs.add(new Input.Pixels(pixels));
    }
    return inputs;
  }

  /** Whether it is by channel, row and column (NCHW), and not by row, column and channel (NHWC). */
  private boolean isPlanes(Tensor tensor) {
    Shape shape = tensor.shape();
    if (shape.rank() == 4) {
      List<Long> sizes = shape.sizes().subList(1, 4);
      if (sizes.equals(List.of((long) channels(), (long) side(), (long) side()))) {
        return true;
      }
      if (sizes.equals(List.of((long) side(), (long) side(), (long) channels()))) {
        return false;
      }
    }
    throw Tensor.invalid(
        tensor.name(),
        "has the shape %s; pixels of this model have [n,%d,%d,%d] or [n,%3$d,%4$d,%2$d], and pictures as BYTES [n]"
            .formatted(shape, channels(), side(), side()));
  }

  /** Reads one channel's elements as levels of 0 to 255. */
  private interface Levels {
    byte at(ByteBuffer data, int element);

    /** Which of red, green and blue. */
    int channel();
  }

  private Levels levels(Tensor tensor, int channel) {
    return tensor.datatype() == Datatype.UINT8
        ? new Raw(channel)
        : new Normalised(tensor.name(), preset.normalization(), channel);
  }

  /** As they are: red first. */
  private record Raw(int channel) implements Levels {
    @Override
    public byte at(ByteBuffer data, int element) {
      return data.get(element);
    }
  }

  /** As the network reads them, in its order of colours. */
  private record Normalised(String name, Normalization normalization, int own) implements Levels {
    @Override
    public int channel() {
      return normalization.pixelChannel(own);
    }

    @Override
    public byte at(ByteBuffer data, int element) {
      float value = data.getFloat(element * Datatype.FP32.size());
      float level =
          (value * normalization.deviation().get(own) + normalization.mean().get(own))
              * normalization.divisor();
      if (!(level >= -0.5f && level <= BRIGHTEST + 0.5f)) {
        throw notAPixel(value, element);
      }
      return (byte) Math.min(BRIGHTEST, Math.round(level));
    }

    private ProblemException notAPixel(float value, int element) {
      return Tensor.invalid(
          name,
          "holds %s as its element %,d, which no pixel comes to: FP32 is (pixel / %s − %s) / %s there, %.3f to %.3f. Pixels as they are go as UINT8, files as BYTES"
              .formatted(
                  value,
                  element,
                  normalization.divisor(),
                  normalization.mean().get(own),
                  normalization.deviation().get(own),
                  normalization.apply(0, own),
                  normalization.apply(BRIGHTEST, own)));
    }
  }
}
