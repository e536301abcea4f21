package org.resnetserving.bench;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import javax.imageio.ImageIO;
import org.resnetserving.image.NativeImageLibrary;
import org.resnetserving.image.PictureEncoder;

/** Files of all formats and sizes that a service meets, and files that are no pictures. */
final class SoakPictures {
  private static final Photographs TINY = new Photographs(256, 192, 0.2, 30);
  private static final List<String> SHORT = List.of("jpeg", "webp");
  private static final List<String> ALL = List.of("jpeg", "webp", "png", "gif", "bmp", "tiff");
  private static final int WEBP_QUALITY = 80;
  private static final int WIDTH_IN_IHDR = 16;

  /** Of both sides, in a header that lies: 3.6 gigapixels. */
  private static final int LIE = 60_000;

  private final PictureEncoder encoder;

  SoakPictures(NativeImageLibrary library) {
    this.encoder = new PictureEncoder(library);
  }

  /**
   * A file.
   *
   * @param name what it is
   * @param megapixels that it has
   */
  @SuppressWarnings("ArrayRecordComponent") // Made once, compared never.
  record Named(String name, double megapixels, byte[] bytes) {}

  /**
   * Pictures from 0.05 to 12 MP in all formats; of the largest only those that compress well.
   *
   * @param most megapixels that they may have
   */
  List<Named> good(double most) throws IOException {
    List<Named> files = new ArrayList<>();
    for (Photographs size :
        List.of(TINY, Photographs.SMALL, Photographs.MEDIUM, Photographs.LARGE)) {
      if (size.megapixels() <= most) {
        BufferedImage picture = size.picture(0);
        for (String format : size.equals(Photographs.LARGE) ? SHORT : ALL) {
          files.add(
              new Named(
                  "%s of %s MP".formatted(format, Cell.number(size.megapixels())),
                  size.megapixels(),
                  written(picture, format)));
        }
      }
    }
    return files;
  }

  /** What must be refused. */
  List<Named> bad() throws IOException {
    BufferedImage picture = Photographs.SMALL.picture(0);
    byte[] png = written(picture, "png");
    ByteBuffer.wrap(png).putInt(WIDTH_IN_IHDR, LIE).putInt(WIDTH_IN_IHDR + Integer.BYTES, LIE);
    return List.of(
        new Named("a third of a JPEG", 0, third(Photographs.jpeg(picture))),
        new Named("a third of a PNG", 0, third(written(picture, "png"))),
        new Named("a third of a WebP", 0, third(written(picture, "webp"))),
        new Named("a PNG that says 60000 × 60000", 0, png),
        new Named("words", 0, "This is no picture.".getBytes(StandardCharsets.US_ASCII)),
        new Named("nothing", 0, new byte[0]));
  }

  private static byte[] third(byte[] file) {
    return Arrays.copyOf(file, file.length / 3);
  }

  private byte[] written(BufferedImage picture, String format) throws IOException {
    if (format.equals("jpeg")) {
      return Photographs.jpeg(picture);
    }
    if (format.equals("webp")) {
      int width = picture.getWidth();
      return encoder.webp(rgb(picture), width, picture.getHeight(), WEBP_QUALITY);
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    if (!ImageIO.write(picture, format, bytes)) {
      throw new IOException("this JVM writes no " + format);
    }
    return bytes.toByteArray();
  }

  private static byte[] rgb(BufferedImage picture) {
    int width = picture.getWidth();
    int[] pixels = picture.getRGB(0, 0, width, picture.getHeight(), null, 0, width);
    byte[] rgb = new byte[3 * pixels.length];
    for (int i = 0; i < pixels.length; i++) {
      rgb[3 * i] = (byte) (pixels[i] >> 16);
      rgb[3 * i + 1] = (byte) (pixels[i] >> 8);
      rgb[3 * i + 2] = (byte) pixels[i];
    }
    return rgb;
  }
}
