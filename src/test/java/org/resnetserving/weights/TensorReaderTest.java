package org.resnetserving.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.Random;
import org.junit.jupiter.api.Test;

class TensorReaderTest {

  @Test
  void transposed_isReadInCOrder() {
    assertThat(read(new long[] {3, 2}, new long[] {1, 3}, 0, 0, 1, 2, 3, 4, 5))
        .containsExactly(0, 3, 1, 4, 2, 5);
  }

  @Test
  void channelsLast_isReadInCOrder() {
    // 1 picture, 2 channels, 2 rows, 2 columns
    assertThat(read(new long[] {1, 2, 2, 2}, new long[] {8, 1, 4, 2}, 0, 0, 1, 2, 3, 4, 5, 6, 7))
        .containsExactly(0, 2, 4, 6, 1, 3, 5, 7);
  }

  @Test
  void expanded_repeatsItsElements() {
    assertThat(read(new long[] {2, 3}, new long[] {1, 0}, 0, 7, 8))
        .containsExactly(7, 7, 7, 8, 8, 8);
    assertThat(read(new long[] {2, 2}, new long[] {0, 0}, 1, 7, 8)).containsExactly(8, 8, 8, 8);
  }

  @Test
  void everySecondElement_fromAnOffset_isRead() {
    assertThat(read(new long[] {3}, new long[] {2}, 1, 0, 1, 2, 3, 4, 5)).containsExactly(1, 3, 5);
  }

  @Test
  void strides_ofDimensionsOfSizeOne_areFree() {
    assertThat(read(new long[] {1, 2, 1}, new long[] {99, 1, Long.MAX_VALUE}, 0, 4, 5))
        .containsExactly(4, 5);
    assertThat(read(new long[] {1, 2}, new long[] {Long.MAX_VALUE, 2}, 0, 4, 5, 6))
        .containsExactly(4, 6);
  }

  @Test
  void noElements_areRead() {
    assertThat(read(new long[] {0, 1L << 30, 1 << 20, 1 << 20}, new long[4], 0)).isEmpty();
  }

  @Test
  void contiguous_overManyChunks_isRead() {
    float[] values = new float[100_003];
    Random random = new Random(1);
    for (int i = 0; i < values.length; i++) {
      values[i] = random.nextFloat();
    }

    assertThat(read(new long[] {values.length}, new long[] {1}, 0, values)).isEqualTo(values);
  }

  @Test
  void span_overTheBound_isRefused() {
    FileBytes source = MemoryChannel.source(new byte[0]);
    long far = TensorReader.MAX_SPAN_BYTES / 4;
    Tensor tensor =
        Tensor.view(
            source, "w", Dtype.F32, new long[] {2}, new long[] {far}, 0, Long.MAX_VALUE / 8, 0);

    assertThatExceptionOfType(WeightsException.class)
        .isThrownBy(() -> new TensorReader(source).read(tensor))
        .withMessageContaining("stretches over 16777217 elements");
  }

  @Test
  void elements_overTheBound_areRefused() {
    FileBytes source = MemoryChannel.source(new byte[0]);
    Tensor tensor =
        Tensor.contiguous(source, "w", Dtype.F32, new long[] {Tensor.MAX_ELEMENTS + 1}, 0);

    assertThatExceptionOfType(WeightsException.class)
        .isThrownBy(() -> new TensorReader(source).read(tensor))
        .withMessageContaining("w: has 67108865 elements; at most 67108864 are read");
  }

  private static float[] read(long[] size, long[] stride, long offset, float... storage) {
    FileBytes source = MemoryChannel.source(WeightFileWriter.littleEndian(storage));
    Tensor tensor = Tensor.view(source, "w", Dtype.F32, size, stride, 0, storage.length, offset);
    return new TensorReader(source).read(tensor);
  }
}
