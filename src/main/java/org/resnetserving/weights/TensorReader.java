package org.resnetserving.weights;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Turns a tensor's bytes into floats in C order. */
public final class TensorReader {
  private static final int CHUNK_BYTES = 1 << 16;

  /** Most bytes that a tensor which is not contiguous may stretch over: they are read at once. */
  static final long MAX_SPAN_BYTES = 1L << 26;

  private final FileBytes source;

  /**
   * @param source where the tensors lie
   */
  public TensorReader(FileBytes source) {
    this.source = source;
  }

  /**
   * A tensor's elements in C order.
   *
   * @throws WeightsException if it is not floating point, is too large, or holds a value that is
   *     not finite
   */
  public float[] read(Tensor tensor) {
    if (!tensor.dtype().isFloatingPoint()) {
      throw source.refuse(
          tensor.key(), "is " + tensor.dtype() + "; weights are read from F32, F16, BF16 and F64");
    }
    if (tensor.elements() > Tensor.MAX_ELEMENTS) {
      throw source.refuse(
          tensor.key(),
          "has %d elements; at most %d are read".formatted(tensor.elements(), Tensor.MAX_ELEMENTS));
    }
    float[] values = tensor.isContiguous() ? contiguous(tensor) : strided(tensor);
    for (int i = 0; i < values.length; i++) {
      if (!Float.isFinite(values[i])) {
        throw source.refuse(
            tensor.key(),
            "element %d of %d is %s; weights must be finite: take another file"
                .formatted(i, values.length, values[i]));
      }
    }
    return values;
  }

  private float[] contiguous(Tensor tensor) {
    float[] values = new float[(int) tensor.elements()];
    int width = tensor.dtype().bytes();
    ByteBuffer chunk = ByteBuffer.allocate(CHUNK_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    long position = tensor.position();
    for (int done = 0; done < values.length; ) {
      int count = Math.min(CHUNK_BYTES / width, values.length - done);
      source.read(position, chunk.clear().limit(count * width));
      if (tensor.dtype() == Dtype.F32) {
        chunk.asFloatBuffer().get(values, done, count);
      } else {
        for (int i = 0; i < count; i++) {
          values[done + i] = tensor.dtype().toFloat(chunk, i * width);
        }
      }
      done += count;
      position += (long) count * width;
    }
    return values;
  }

  private float[] strided(Tensor tensor) {
    int width = tensor.dtype().bytes();
    if (tensor.span() > MAX_SPAN_BYTES / width) {
      throw source.refuse(
          tensor.key(),
          "is not contiguous and stretches over %d elements; at most %d bytes are read: save it with"
                  .formatted(tensor.span(), MAX_SPAN_BYTES)
              + " .contiguous()");
    }
    ByteBuffer bytes = source.read(tensor.position(), (int) tensor.span() * width);
    int[] shape = tensor.shape();
    long[] strides = tensor.strides();
    float[] values = new float[(int) tensor.elements()];
    int[] index = new int[shape.length];
    long at = 0;
    for (int i = 0; i < values.length; i++) {
      values[i] = tensor.dtype().toFloat(bytes, (int) at * width);
      for (int d = shape.length - 1; d >= 0; d--) {
        at += strides[d];
        if (++index[d] < shape[d]) {
          break;
        }
        at -= strides[d] * shape[d];
        index[d] = 0;
      }
    }
    return values;
  }
}
