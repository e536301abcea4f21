package org.resnetserving.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class QuantizedKernelTest {

  @Test
  void levels_areWithinHalfAStepAndFillTheScale() {
    Weight kernel = SyntheticGraphs.weight("k", 3, 4, 3, 3);
    float[] values = kernel.read();
    QuantizedKernel quantized = new QuantizedKernel(kernel, null);
    float[] levels = quantized.levels().read();
    float[] steps = quantized.steps().read();

    assertThat(quantized.levels().read()).isEqualTo(levels);

    for (int out = 0; out < 3; out++) {
      float largest = 0;
      for (int i = out * 36; i < (out + 1) * 36; i++) {
        assertThat(levels[i] * steps[out]).isCloseTo(values[i], within(steps[out] * 0.501f));
        largest = Math.max(largest, Math.abs(levels[i]));
      }
      assertThat(largest).isEqualTo(127);
    }
  }

  @Test
  void kernelOfZeros_staysZeros() {
    Weight zeros = new Weight("z", new int[] {1, 2, 1, 1}, () -> new float[2]);

    assertThat(new QuantizedKernel(zeros, null).levels().read()).containsOnly(0);
    assertThat(new QuantizedKernel(zeros, null).steps().read()).containsExactly(1);
  }

  @Test
  void correctedBias_keepsTheMeanOfTheOutput() {
    Weight kernel = SyntheticGraphs.weight("k", 2, 3, 3, 3);
    Weight bias = SyntheticGraphs.weight("b", 2);
    double[] means = {3, 0.5, 7};
    QuantizedKernel quantized = new QuantizedKernel(kernel, means);
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
    assertThat(new QuantizedKernel(kernel, null).corrected(bias)).isSameAs(bias);
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
