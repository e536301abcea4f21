package org.resnetserving.image;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import javax.imageio.ImageIO;

/** Pictures for tests, and the decoder that they are given to. */
final class Pictures {
  static final Path GOLDEN = Path.of("src/test/resources/golden/preprocess");

  private Pictures() {}

  static PictureDecoder decoder(DecodeMode mode) {
    return new PictureDecoder(NativeImageLibrary.load(Path.of("target/natives")), mode);
  }

  static byte[] crop(byte[] file, Preset preset) {
    return decoder(DecodeMode.EXACT).crop(Picture.read(file, ImageLimits.DEFAULT), preset);
  }

  static Decoded decode(byte[] file, Preset preset) {
    return decoder(DecodeMode.EXACT)
        .decode(Picture.read(file, ImageLimits.DEFAULT), preset, () -> {});
  }

  static byte[] tried(String name) {
    try {
      return Files.readAllBytes(Path.of("src/test/resources/tried").resolve(name));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  static byte[] golden(String name) {
    try {
      return Files.readAllBytes(GOLDEN.resolve(name));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  static byte[] pillow(String name) {
    try {
      return Files.readAllBytes(Path.of("src/test/resources/pillow").resolve(name));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /** A picture of random colours, by row, column and channel. */
  static int[][][] noise(Random random, int width, int height) {
    int[][][] picture = new int[height][width][3];
    for (int[][] row : picture) {
      for (int[] pixel : row) {
        for (int c = 0; c < 3; c++) {
          pixel[c] = random.nextInt(256);
        }
      }
    }
    return picture;
  }

  /** The samples of such a picture, one after the other. */
  static byte[] samples(int[][][] picture) {
    byte[] bytes = new byte[3 * picture.length * picture[0].length];
    int at = 0;
    for (int[][] row : picture) {
      for (int[] pixel : row) {
        for (int sample : pixel) {
          bytes[at++] = (byte) sample;
        }
      }
    }
    return bytes;
  }

  /** How many bytes are not the same. */
  static int different(byte[] expected, byte[] found) {
    int different = 0;
    for (int i = 0; i < expected.length; i++) {
      different += expected[i] == found[i] ? 0 : 1;
    }
    return different;
  }

  /** How far the furthest sample is off. */
  static int furthest(byte[] expected, byte[] found) {
    int furthest = 0;
    for (int i = 0; i < expected.length; i++) {
      furthest = Math.max(furthest, Math.abs((expected[i] & 255) - (found[i] & 255)));
    }
    return furthest;
  }

  /** A PNG's pixels, as somebody else decodes them. */
  static byte[] rgb(byte[] png) throws IOException {
    BufferedImage image = ImageIO.read(new ByteArrayInputStream(png));
    byte[] pixels = new byte[3 * image.getWidth() * image.getHeight()];
    for (int i = 0; i < pixels.length / 3; i++) {
      int rgb = image.getRGB(i % image.getWidth(), i / image.getWidth());
      pixels[3 * i] = (byte) (rgb >> 16);
      pixels[3 * i + 1] = (byte) (rgb >> 8);
      pixels[3 * i + 2] = (byte) rgb;
    }
    return pixels;
  }

  /** A 24-bit BMP of rows of pixels of red, green and blue. */
  static byte[] bmp(int[][][] picture) {
    int height = picture.length;
    int width = picture[0].length;
    int stride = (3 * width + 3) / 4 * 4;
    int size = 54 + stride * height;
    ByteBuffer file = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    file.put((byte) 'B').put((byte) 'M').putInt(size).putInt(0).putInt(54);
    file.putInt(40).putInt(width).putInt(height).putShort((short) 1).putShort((short) 24);
    file.putInt(0).putInt(stride * height).putInt(0).putInt(0).putInt(0).putInt(0);
    for (int y = height - 1; y >= 0; y--) {
      for (int[] pixel : picture[y]) {
        file.put((byte) pixel[2]).put((byte) pixel[1]).put((byte) pixel[0]);
      }
      file.position(54 + stride * (height - y));
    }
    return file.array();
  }
}
