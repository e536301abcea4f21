package org.resnetserving.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class QuantizedKernelTest {

  @ParameterizedTest
  @ValueSource(ints = {127, 63})
  void levels_areWithinHalfAStepAndFillTheScale(int most) {
    Weight kernel = SyntheticGraphs.weight("k", 3, 36, 1, 1);
    float[] values = kernel.read();
    QuantizedKernel quantized = new QuantizedKernel(kernel, 1, null, most);
    float[] levels = quantized.levels().read();
    float[] steps = quantized.steps().read();

    assertThat(quantized.levels().read()).isEqualTo(levels);

    for (int out = 0; out < 3; out++) {
      float largest = 0;
      for (int i = out * 36; i < (out + 1) * 36; i++) {
        assertThat(levels[i] * steps[out]).isCloseTo(values[i], within(steps[out] * 0.501f));
        largest = Math.max(largest, Math.abs(levels[i]));
      }
      assertThat(largest).isEqualTo(most);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {127, 63, 7})
  void levelsOfNeighbours_addUpToWithinHalfAStep(int most) {
    Weight kernel = SyntheticGraphs.weight("k", 3, 40, 3, 3);
    float[] values = kernel.read();
    QuantizedKernel quantized = new QuantizedKernel(kernel, 1, null, most);
    float[] levels = quantized.levels().read();
    float[] steps = quantized.steps().read();
    boolean nearestMissesThat = false;

    for (int plane = 0; plane < 3 * 40; plane++) {
      float step = steps[plane / 40];
      double sum = 0;
      double plain = 0;
      for (int i = plane * 9; i < (plane + 1) * 9; i++) {
        assertThat(Math.abs(levels[i])).isLessThanOrEqualTo(most);
        assertThat(levels[i] * step).isCloseTo(values[i], within(step * 1.001f));
        sum += values[i] / step - levels[i];
        plain += values[i] / step - Math.round(values[i] / step);
      }
      assertThat(Math.abs(sum)).isLessThanOrEqualTo(0.501);
      nearestMissesThat |= Math.abs(plain) > 0.6;
    }
    assertThat(nearestMissesThat).isTrue();
  }

  @Test
  void kernelOfZeros_staysZeros() {
    Weight zeros = new Weight("z", new int[] {1, 2, 1, 1}, () -> new float[2]);

    assertThat(new QuantizedKernel(zeros, 1, null, 127).levels().read()).containsOnly(0);
    assertThat(new QuantizedKernel(zeros, 1, null, 127).steps().read()).containsExactly(1);
  }

  @Test
  void correctedBias_keepsTheMeanOfTheOutput() {
    Weight kernel = SyntheticGraphs.weight("k", 2, 3, 3, 3);
    Weight bias = SyntheticGraphs.weight("b", 2);
    double[] means = {3, 0.5, 7};
    QuantizedKernel quantized = new QuantizedKernel(kernel, 1, means, 127);
    float[] corrected = quantized.corrected(bias).read();
    float[] levels = quantized.levels().read();
    float[] steps = quantized.steps().read();

    for (int out = 0; out < 2; out++) {
      double exact = bias.read()[out];
      double rounded = corrected[out];
      for (int i = 0; i < 27; i++) {
        exact += kernel.read()[out * 27 + i] * means[i / 9];
        rounded += (double) levels[out * 27 + i] * steps[out] * means[i / 9];
      }
      assertThat(rounded).isCloseTo(exact, within(1e-4));
    }
    assertThat(new QuantizedKernel(kernel, 1, null, 127).corrected(bias)).isSameAs(bias);
  }

  @Test
  void correctedBias_ofGroups_readsEachGroupsOwnMeans() {
    Weight kernel = SyntheticGraphs.weight("k", 2, 1, 1, 1);
    double[] means = {3, -5};
    QuantizedKernel quantized = new QuantizedKernel(kernel, 2, means, 1);
    // With one level a single weight is exact: nothing is lost. Two are not.
    assertThat(quantized.corrected(null).read()).containsExactly(new float[2], within(1e-6f));

    Weight wide = SyntheticGraphs.weight("w", 2, 2, 1, 1);
    QuantizedKernel coarse = new QuantizedKernel(wide, 2, new double[] {0, 0, 1, 1}, 1);
    float[] corrected = coarse.corrected(null).read();
    assertThat(corrected[0]).isZero();
    assertThat(corrected[1]).isNotZero();
  }

  @Test
  void pixelKernel_ofBlueFirst_readsPixelsAsTheyCome() {
    Weight kernel = SyntheticGraphs.weight("k", 1, 3, 1, 1);
    Normalization how =
        new Normalization(1, List.of(1f, 2f, 3f), List.of(1f, 2f, 4f), ChannelOrder.BGR);
    float[] values = kernel.read();
    float[] pixels = PixelKernel.of(kernel, how).read();

    assertThat(pixels[0]).isEqualTo(values[2] / 4);
    assertThat(pixels[2]).isEqualTo(values[0]);
    assertThat(PixelKernel.means(how)).containsExactly(3, 2, 1, 255);
  }

  @Test
  void pixelKernel_ofOneChannel_readsTheFirst() {
    Weight kernel = SyntheticGraphs.weight("k", 1, 1, 1, 1);
    Normalization how = new Normalization(1, List.of(0f), List.of(1f));

    float[] pixels = PixelKernel.of(kernel, how).read();

    assertThat(pixels).hasSize(4);
    assertThat(pixels[0]).isEqualTo(kernel.read()[0]);
    assertThat(pixels[1]).isZero();
  }

  /** The border is where folding a mean into the bias would go wrong. */
  @Test
  void pixelKernel_meansTheSameOverRawPixelsBorderIncluded() {
    int side = 9;
    Weight kernel = SyntheticGraphs.weight("k", 2, 3, 7, 7);
    Window window = Window.square(7, 2, 3);
    byte[] pixels = new byte[side * side * 3];
    new Random(2).nextBytes(pixels);
    byte[] wider = new byte[side * side * 4];
    for (int i = 0; i < side * side; i++) {
      System.arraycopy(pixels, 3 * i, wider, 4 * i, 3);
      wider[4 * i + 3] = (byte) 255;
    }
    Normalization how = Normalization.IMAGENET;
    Normalization none = new Normalization(1, List.of(0f, 0f, 0f, 0f), List.of(1f, 1f, 1f, 1f));

    double[] expected = convolved(how, kernel, window, pixels, side);
    double[] folded = convolved(none, PixelKernel.of(kernel, how), window, wider, side);

    assertThat(folded).containsExactly(expected, within(1e-4));
  }

  private static double[] convolved(
      Normalization how, Weight kernel, Window window, byte[] pixels, int side) {
    Graph graph =
        new Graph(
            List.of(
                new Normalize("in", Graph.PIXELS, how),
                new Convolution("conv", "in", kernel, null, window),
                new GlobalAveragePool("mean", "conv"),
                new Linear("fc", "mean", SyntheticGraphs.weight("fc", 2, 2), null)),
            "fc",
            "mean",
            "conv");
    return ReferenceEvaluator.evaluate(graph, pixels, side, side).get("conv");
  }
}
