package org.resnetserving.engine;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import javax.imageio.ImageIO;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** PyTorch's answers for networks with formula weights, and the pictures that they are about. */
final class GoldenNets {
  private static final String NETS = "/golden/nets/";
  private static final String FAMILY = "/golden/family/";

  private final String folder;
  private final JsonNode images;
  private final JsonNode models;

  private GoldenNets(String folder, JsonNode images, JsonNode models) {
    this.folder = folder;
    this.images = images;
    this.models = models;
  }

  /** torchvision's five. */
  GoldenNets() throws IOException {
    this(NETS, read(NETS + "nets.json").get("images"), read(NETS + "nets.json").get("models"));
  }

  /** timm's wider family, about the same pictures. */
  static GoldenNets family() throws IOException {
    return new GoldenNets(
        FAMILY, read(NETS + "nets.json").get("images"), read(FAMILY + "family.json"));
  }

  private static JsonNode read(String file) throws IOException {
    try (InputStream in = open(file)) {
      return JsonMapper.shared().readTree(in);
    }
  }

  List<byte[]> inputs() throws IOException {
    List<byte[]> inputs = new ArrayList<>();
    for (JsonNode image : images) {
      try (InputStream in = open(NETS + image.asString())) {
        inputs.add(rgb(ImageIO.read(in)));
      }
    }
    return inputs;
  }

  /** Pixels by row, column and channel. */
  static byte[] rgb(BufferedImage image) {
    byte[] pixels = new byte[image.getWidth() * image.getHeight() * 3];
    int at = 0;
    for (int y = 0; y < image.getHeight(); y++) {
      for (int x = 0; x < image.getWidth(); x++) {
        int rgb = image.getRGB(x, y);
        pixels[at++] = (byte) (rgb >> 16);
        pixels[at++] = (byte) (rgb >> 8);
        pixels[at++] = (byte) rgb;
      }
    }
    return pixels;
  }

  double logitDeviation(String network) {
    return models.get(network).get("logit_std").asDouble();
  }

  long parameters(String network) {
    return models.get(network).get("params").asLong();
  }

  List<Integer> top5(String network, int input) {
    List<Integer> classes = new ArrayList<>();
    models.get(network).get("top5").get(input).forEach(n -> classes.add(n.asInt()));
    return classes;
  }

  /** The part of a file that is about one input. */
  float[] answer(String network, String what, int input) throws IOException {
    float[] all = floats(folder + network + "." + what + ".f32");
    int each = all.length / images.size();
    return Arrays.copyOfRange(all, input * each, (input + 1) * each);
  }

  private static float[] floats(String file) throws IOException {
    try (InputStream in = open(file)) {
      return floats(in.readAllBytes());
    }
  }

  static float[] floats(byte[] littleEndian) {
    float[] values = new float[littleEndian.length / 4];
    ByteBuffer.wrap(littleEndian).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(values);
    return values;
  }

  private static InputStream open(String name) {
    InputStream in = GoldenNets.class.getResourceAsStream(name);
    if (in == null) {
      throw new IllegalStateException("no resource " + name);
    }
    return in;
  }
}
