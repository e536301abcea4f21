package org.resnetserving.network;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.resnetserving.network.ActivationRanges.Range;

/**
 * A tiny 8-bit program whose answer shows how products are added: where pairs of them are added in
 * 16 bits first, as on processors without VNNI, the largest values times the largest kernels are
 * cut off. Only running it tells what oneDNN really does here.
 */
public final class SaturationProbe {
  /** Rows and columns of the picture that it reads. */
  public static final int SIDE = 8;

  private static final int CHANNELS = 64;
  private static final int WHITE = 255;

  /** What it answers without cutting off, within what rounding may do. */
  private static final double SUM = (double) CHANNELS * WHITE;

  private SaturationProbe() {}

  /** Writes the program. */
  public static void compile(Path file) throws IOException {
    Normalization asItIs = new Normalization(1, List.of(0f, 0f, 0f), List.of(1f, 1f, 1f));
    Window one = Window.square(1, 1, 0);
    Graph graph =
        new Graph(
            List.of(
                new Normalize("in", Graph.PIXELS, asItIs),
                new Convolution("red", "in", kernel(3, 1), null, one, 1, null, true),
                new Convolution("sum", "red", kernel(CHANNELS, CHANNELS), null, one, 1, null, true),
                new GlobalAveragePool("mean", "sum")),
            null,
            "mean",
            "sum");
    ActivationRanges ranges =
        ActivationRanges.observed(Map.of("red", new Range(0, WHITE), "sum", new Range(0, SUM)));
    ProgramCompiler.compileInt8(graph, ranges, ProgramKind.FUSED_INT8, SIDE, file);
  }

  /** Ones for the first inputs of each output. */
  private static Weight kernel(int inputs, int ones) {
    float[] values = new float[CHANNELS * inputs];
    for (int out = 0; out < CHANNELS; out++) {
      Arrays.fill(values, out * inputs, out * inputs + ones, 1);
    }
    return new Weight("ones", new int[] {CHANNELS, inputs, 1, 1}, values::clone);
  }

  /** The picture that it reads: white. */
  public static byte[] pixels() {
    byte[] pixels = new byte[SIDE * SIDE * 3];
    Arrays.fill(pixels, (byte) WHITE);
    return pixels;
  }

  /**
   * Whether sums were cut off.
   *
   * @param features that it answered
   */
  public static boolean saturates(float[] features) {
    for (float feature : features) {
      if (!(feature > 0.9 * SUM)) {
        return true;
      }
    }
    return false;
  }
}
