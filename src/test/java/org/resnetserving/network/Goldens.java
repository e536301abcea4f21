package org.resnetserving.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.awt.image.BufferedImage;
import java.io.File;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;

/** Other frameworks' answers, and the picture that they are about. */
public final class Goldens {
  private static final Path FOLDER = Path.of("src/test/resources/golden");

  private Goldens() {}

  /** Rows and columns from the top left of the first input, by row, column and colour. */
  public static byte[] picture(int side) throws IOException {
    BufferedImage image = ImageIO.read(new File(FOLDER + "/nets/input-0.png"));
    byte[] pixels = new byte[side * side * 3];
    for (int i = 0; i < side * side; i++) {
      int rgb = image.getRGB(i % side, i / side);
      pixels[3 * i] = (byte) (rgb >> 16);
      pixels[3 * i + 1] = (byte) (rgb >> 8);
      pixels[3 * i + 2] = (byte) rgb;
    }
    return pixels;
  }

  /** A file of little-endian floats. */
  public static float[] floats(String file) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(FOLDER.resolve(file)));
    float[] values = new float[bytes.capacity() / Float.BYTES];
    bytes.order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(values);
    return values;
  }

  /** That every number is within a part of the spread of those expected. */
  public static void assertClose(double[] found, float[] expected, double part) {
    assertThat(found).hasSameSizeAs(expected);
    double mean =
        IntStream.range(0, expected.length).mapToDouble(i -> expected[i]).average().orElse(0);
    double spread =
        Math.sqrt(
            IntStream.range(0, expected.length)
                .mapToDouble(i -> Math.pow(expected[i] - mean, 2))
                .average()
                .orElse(0));
    double largest =
        IntStream.range(0, expected.length)
            .mapToDouble(i -> Math.abs(found[i] - expected[i]))
            .max()
            .orElse(0);
    assertThat(largest)
        .as("largest difference of %s from %s", Arrays.toString(found), Arrays.toString(expected))
        .isCloseTo(0, within(part * spread));
  }

  /** Probabilities of logits. */
  public static double[] softmax(double[] logits) {
    double most = Arrays.stream(logits).max().orElse(0);
    double[] powers = Arrays.stream(logits).map(v -> Math.exp(v - most)).toArray();
    double sum = Arrays.stream(powers).sum();
    return Arrays.stream(powers).map(v -> v / sum).toArray();
  }
}
