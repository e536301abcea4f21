package org.resnetserving.programs;

import java.util.AbstractList;
import java.util.Objects;
import java.util.Random;
import java.util.RandomAccess;
import org.resnetserving.engine.Crop;

/**
 * Pictures to compare programs on: sums of waves of falling strength in every direction, which is
 * what photographs are made of, with edges over them. The same each time, and drawn whenever they
 * are asked for: those of a large network would fill a small heap.
 */
final class ProbePictures extends AbstractList<Crop> implements RandomAccess {
  /** A multiple of every usual batch size, and no fewer than 200. */
  static final int COUNT = 208;

  private static final int WAVES = 12;
  private static final int CHANNELS = 3;

  private static final long SEED = 20_161;

  private final int side;
  private final boolean features;

  /**
   * @param side rows and columns of each
   * @param features whether the pooled features are wanted of them
   */
  ProbePictures(int side, boolean features) {
    this.side = side;
    this.features = features;
  }

  @Override
  public Crop get(int index) {
    Random random = new Random(SEED + 7919L * Objects.checkIndex(index, COUNT));
    return new Crop(picture(random, side), features, false);
  }

  @Override
  public int size() {
    return COUNT;
  }

  private static byte[] picture(Random random, int side) {
    float[] light = new float[side * side * CHANNELS];
    for (int wave = 1; wave <= WAVES; wave++) {
      double angle = random.nextDouble() * 2 * Math.PI;
      double waves = wave * (0.5 + random.nextDouble());
      double phase = random.nextDouble() * 2 * Math.PI;
      double dx = Math.cos(angle) * waves * 2 * Math.PI / side;
      double dy = Math.sin(angle) * waves * 2 * Math.PI / side;
      double[] strength = {random.nextGaussian(), random.nextGaussian(), random.nextGaussian()};
      boolean edge = random.nextInt(3) == 0;
      double[] rowSine = new double[side];
      double[] rowCosine = new double[side];
      for (int x = 0; x < side; x++) {
        rowSine[x] = Math.sin(x * dx);
        rowCosine[x] = Math.cos(x * dx);
      }
      for (int y = 0; y < side; y++) {
        double sine = Math.sin(y * dy + phase);
        double cosine = Math.cos(y * dy + phase);
        for (int x = 0; x < side; x++) {
          // The sine of the sum of both angles.
          double value = rowSine[x] * cosine + rowCosine[x] * sine;
          double sharpened = (edge ? Math.signum(value) : value) * 70 / wave;
          for (int c = 0; c < CHANNELS; c++) {
            light[(y * side + x) * CHANNELS + c] += (float) (sharpened * strength[c]);
          }
        }
      }
    }
    double brightness = 80 + 90 * random.nextDouble();
    byte[] pixels = new byte[light.length];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (byte) Math.max(0, Math.min(255, Math.round(brightness + light[i])));
    }
    return pixels;
  }
}
