package org.resnetserving.bench;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/**
 * Pictures with the statistics of photographs, so that their JPEGs are as large and as slow to
 * decode: detail at all scales, the finer the fainter, and things with edges in front. The same
 * numbers give the same pictures.
 *
 * @param width in pixels
 * @param height in pixels
 * @param roughness how much fainter the detail of half the scale is: 0 not at all, 1 half as strong
 * @param grain how strong the noise of single pixels is, in levels
 */
record Photographs(int width, int height, double roughness, double grain) {
  private static final float QUALITY = 0.9f;
  private static final int THINGS = 24;
  private static final int COARSEST = 4;

  /** 512 by 384 at about 110 KB: what pictures on the web are. */
  static final Photographs SMALL = new Photographs(512, 384, 0.2, 30);

  /** About 400 KB. */
  static final Photographs MEDIUM = new Photographs(1152, 864, 0.35, 16);

  /** A telephone's, about 3.5 MB. */
  static final Photographs LARGE = new Photographs(4000, 3000, 0.4, 10);

  /** Files of so many different pictures. */
  List<byte[]> jpegs(int count) {
    List<byte[]> files = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      files.add(jpeg(picture(i)));
    }
    return files;
  }

  /** One of them; each number is another. */
  BufferedImage picture(int number) {
    return draw(new SplittableRandom(31L * width + number));
  }

  /** Millions of pixels. */
  double megapixels() {
    return width * (double) height / 1e6;
  }

  private BufferedImage draw(SplittableRandom random) {
    float[][] planes = {field(random, 70, 2), field(random, 22, 16), field(random, 22, 16)};
    things(random, planes);
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    int[] row = new int[width];
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        int i = y * width + x;
        float luma = 118 + planes[0][i] + (float) (grain * (random.nextDouble() * 2 - 1));
        float blue = planes[1][i];
        float red = planes[2][i];
        row[x] =
            clamp(luma + 1.402f * red) << 16
                | clamp(luma - 0.344f * blue - 0.714f * red) << 8
                | clamp(luma + 1.772f * blue);
      }
      image.setRGB(0, y, width, 1, row, 0, width);
    }
    return image;
  }

  private static int clamp(float value) {
    return Math.max(0, Math.min(255, Math.round(value)));
  }

  /** Sums grids of random numbers, each half as wide as the one before, down to {@code finest}. */
  private float[] field(SplittableRandom random, double strength, int finest) {
    float[] sum = new float[width * height];
    double amplitude = strength;
    for (double cell = width / (double) COARSEST; cell >= finest; cell /= 2) {
      addOctave(random, sum, cell, (float) amplitude);
      amplitude *= Math.pow(2, -roughness);
    }
    return sum;
  }

  private void addOctave(SplittableRandom random, float[] sum, double cell, float amplitude) {
    int columns = (int) (width / cell) + 2;
    int rows = (int) (height / cell) + 2;
    float[] grid = new float[columns * rows];
    for (int i = 0; i < grid.length; i++) {
      grid[i] = amplitude * (float) (random.nextDouble() * 2 - 1);
    }
    for (int y = 0; y < height; y++) {
      int gridRow = (int) (y / cell);
      float down = (float) (y / cell - gridRow);
      for (int x = 0; x < width; x++) {
        int column = (int) (x / cell);
        float right = (float) (x / cell - column);
        int at = gridRow * columns + column;
        float above = grid[at] + (grid[at + 1] - grid[at]) * right;
        float below = grid[at + columns] + (grid[at + columns + 1] - grid[at + columns]) * right;
        sum[y * width + x] += above + (below - above) * down;
      }
    }
  }

  /** Ellipses that shift the brightness and the colour, and calm the detail behind them. */
  private void things(SplittableRandom random, float[][] planes) {
    for (int n = 0; n < THINGS; n++) {
      double centreX = random.nextDouble() * width;
      double centreY = random.nextDouble() * height;
      double radiusX = (0.02 + 0.15 * random.nextDouble()) * width;
      double radiusY = (0.02 + 0.15 * random.nextDouble()) * width;
      float[] shift = new float[planes.length];
      for (int p = 0; p < shift.length; p++) {
        shift[p] = (float) ((random.nextDouble() * 2 - 1) * (p == 0 ? 60 : 25));
      }
      int top = (int) Math.max(0, centreY - radiusY);
      int bottom = (int) Math.min(height - 1, centreY + radiusY);
      for (int y = top; y <= bottom; y++) {
        double dy = (y - centreY) / radiusY;
        double half = radiusX * Math.sqrt(Math.max(0, 1 - dy * dy));
        int left = (int) Math.max(0, centreX - half);
        int right = (int) Math.min(width - 1, centreX + half);
        for (int x = left; x <= right; x++) {
          for (int p = 0; p < planes.length; p++) {
            planes[p][y * width + x] = planes[p][y * width + x] * 0.7f + shift[p];
          }
        }
      }
    }
  }

  /** As cameras and web sites write them: baseline, colour at half the resolution. */
  static byte[] jpeg(BufferedImage image) {
    ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (MemoryCacheImageOutputStream out = new MemoryCacheImageOutputStream(bytes)) {
      ImageWriteParam parameters = writer.getDefaultWriteParam();
      parameters.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
      parameters.setCompressionQuality(QUALITY);
      writer.setOutput(out);
      writer.write(null, new IIOImage(image, null, null), parameters);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      writer.dispose();
    }
    return bytes.toByteArray();
  }
}
