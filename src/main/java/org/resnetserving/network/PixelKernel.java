package org.resnetserving.network;

import java.util.List;

/**
 * A first convolution's kernel over raw pixels instead of normalised planes. Subtracting a mean
 * can't move into a bias where zeros are padded, so it moves into one more input channel, which is
 * 255 inside the picture and, like the others, 0 around it.
 */
final class PixelKernel {
  private static final double INSIDE = 255;

  private PixelKernel() {}

  /** The kernel over a pixel's channels as they come, and one more input channel, the last. */
  static Weight of(Weight kernel, Normalization how) {
    int[] shape = kernel.shape();
    int plane = shape[2] * shape[3];
    int inside = how.pixelChannels();
    int[] wider = {shape[0], inside + 1, shape[2], shape[3]};
    return new Weight(
        kernel.name() + ".pixels",
        wider,
        () -> {
          float[] values = kernel.read();
          float[] folded = new float[shape[0] * (inside + 1) * plane];
          for (int out = 0; out < shape[0]; out++) {
            for (int place = 0; place < plane; place++) {
              double mean = 0;
              for (int c = 0; c < how.channels(); c++) {
                double weight = values[(out * how.channels() + c) * plane + place];
                double scaled = weight / at(how.deviation(), c);
                int target = (out * (inside + 1) + how.pixelChannel(c)) * plane + place;
                folded[target] = (float) (scaled / how.divisor());
                mean -= scaled * at(how.mean(), c);
              }
              folded[(out * (inside + 1) + inside) * plane + place] = (float) (mean / INSIDE);
            }
          }
          return folded;
        });
  }

  /** What the input channels hold on average: the pixels' means, and the last as it is. */
  static double[] means(Normalization how) {
    double[] means = new double[how.pixelChannels() + 1];
    for (int c = 0; c < how.channels(); c++) {
      means[how.pixelChannel(c)] = at(how.mean(), c) * how.divisor();
    }
    means[how.pixelChannels()] = INSIDE;
    return means;
  }

  private static double at(List<Float> numbers, int index) {
    return numbers.get(index);
  }
}
