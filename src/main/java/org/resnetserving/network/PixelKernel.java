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

  /** The kernel with one more input channel, the last. */
  static Weight of(Weight kernel, Normalization how) {
    int[] shape = kernel.shape();
    int channels = shape[1];
    int plane = shape[2] * shape[3];
    int[] wider = {shape[0], channels + 1, shape[2], shape[3]};
    return new Weight(
        kernel.name() + ".pixels",
        wider,
        () -> {
          float[] values = kernel.read();
          float[] folded = new float[shape[0] * (channels + 1) * plane];
          for (int out = 0; out < shape[0]; out++) {
            for (int place = 0; place < plane; place++) {
              double inside = 0;
              for (int c = 0; c < channels; c++) {
                double weight = values[(out * channels + c) * plane + place];
                double scaled = weight / at(how.deviation(), c);
                folded[(out * (channels + 1) + c) * plane + place] =
                    (float) (scaled / how.divisor());
                inside -= scaled * at(how.mean(), c);
              }
              folded[(out * (channels + 1) + channels) * plane + place] = (float) (inside / INSIDE);
            }
          }
          return folded;
        });
  }

  /** What the input channels hold on average: the pixels' means, and the last as it is. */
  static double[] means(Normalization how) {
    double[] means = new double[how.channels() + 1];
    for (int c = 0; c < how.channels(); c++) {
      means[c] = at(how.mean(), c) * how.divisor();
    }
    means[how.channels()] = INSIDE;
    return means;
  }

  private static double at(List<Float> numbers, int index) {
    return numbers.get(index);
  }
}
