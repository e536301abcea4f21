package org.resnetserving.network;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.ImageIO;

/** Files of other frameworks, and what those frameworks answer; made by us, see the JSON beside. */
public final class ImportGoldens {
  private ImportGoldens() {}

  /** A file of the goldens. */
  public static Path file(String name) {
    return resource("/golden/import/" + name);
  }

  /** What the framework answers about the picture. */
  public static float[] answer(String name) throws IOException {
    byte[] bytes = Files.readAllBytes(file(name));
    float[] values = new float[bytes.length / Float.BYTES];
    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(values);
    return values;
  }

  /** The picture's upper left part, by row, column and channel. */
  public static byte[] pixels(int side) throws IOException {
    BufferedImage image = ImageIO.read(resource("/golden/nets/input-0.png").toFile());
    byte[] pixels = new byte[side * side * 3];
    int at = 0;
    for (int y = 0; y < side; y++) {
      for (int x = 0; x < side; x++) {
        int rgb = image.getRGB(x, y);
        pixels[at++] = (byte) (rgb >> 16);
        pixels[at++] = (byte) (rgb >> 8);
        pixels[at++] = (byte) rgb;
      }
    }
    return pixels;
  }

  /** The largest difference of a graph's logits from an answer, in deviations of the answer. */
  public static double difference(Graph graph, int side, float[] answer) throws IOException {
    double[] logits = ReferenceEvaluator.logits(graph, pixels(side), side, side);
    if (logits.length != answer.length) {
      throw new AssertionError("%d classes, not %d".formatted(logits.length, answer.length));
    }
    double sum = 0;
    double squares = 0;
    double worst = 0;
    for (int i = 0; i < answer.length; i++) {
      sum += answer[i];
      squares += (double) answer[i] * answer[i];
      worst = Math.max(worst, Math.abs(logits[i] - answer[i]));
    }
    double mean = sum / answer.length;
    return worst / Math.sqrt(squares / answer.length - mean * mean);
  }

  private static Path resource(String name) {
    URL url = ImportGoldens.class.getResource(name);
    if (url == null) {
      throw new IllegalStateException("no resource " + name);
    }
    try {
      return Path.of(url.toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }
}
