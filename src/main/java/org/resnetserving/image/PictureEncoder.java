package org.resnetserving.image;

import java.util.Objects;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.global.opencv_imgcodecs;
import org.bytedeco.opencv.opencv_core.Mat;

/**
 * Writes pictures as PNG or WebP, and knows colours for them. Any number of threads may share one.
 */
public final class PictureEncoder {
  /** The picture, what OpenCV writes, which may have grown to twice its size, and a copy of it. */
  private static final int NATIVE_COPIES = 5;

  /** A PNG of noise is larger than its pixels by less than this. */
  private static final int PNG_OVERHEAD = 4096;

  /**
   * @param library the native encoders
   */
  public PictureEncoder(NativeImageLibrary library) {
    Objects.requireNonNull(library);
  }

  /** How many bytes outside the heap it takes to write a picture of so many pixels. */
  public static long nativeBytes(int width, int height) {
    return NATIVE_COPIES * pngBytes(width, height);
  }

  /** The most bytes that a PNG of so many pixels has: zlib adds 1/8 in the worst case. */
  public static long pngBytes(int width, int height) {
    long raw = (3L * width + 1) * height;
    return raw + raw / 8 + PNG_OVERHEAD;
  }

  /** Red, green and blue of each level from 0 to 255. */
  public byte[] colors(ColorScale scale) {
    return scale.table();
  }

  /**
   * Writes a picture.
   *
   * @param rgb red, green and blue of each pixel, row by row
   * @return the PNG file
   * @throws org.resnetserving.problem.ProblemException (OVERLOADED) if there is no memory for it
   *     now
   */
  public byte[] png(byte[] rgb, int width, int height) {
    return write(".png", new int[0], rgb, width, height);
  }

  /**
   * Writes a picture, with losses.
   *
   * @param rgb red, green and blue of each pixel, row by row
   * @param quality from 1 to 100
   * @return the WebP file
   * @throws org.resnetserving.problem.ProblemException (OVERLOADED) if there is no memory for it
   *     now
   */
  public byte[] webp(byte[] rgb, int width, int height, int quality) {
    int[] parameters = {opencv_imgcodecs.IMWRITE_WEBP_QUALITY, quality};
    return write(".webp", parameters, rgb, width, height);
  }

  private static byte[] write(String format, int[] parameters, byte[] rgb, int width, int height) {
    if (rgb.length != 3L * width * height) {
      throw new IllegalArgumentException(
          "%d bytes are not %d × %d pixels".formatted(rgb.length, width, height));
    }
    try (Mat picture = new Mat(height, width, opencv_core.CV_8UC3);
        BytePointer pixels = picture.data();
        BytePointer written = new BytePointer();
        IntPointer wanted = new IntPointer(parameters)) {
      byte[] bgr = new byte[3 * width];
      for (int y = 0; y < height; y++) {
        int row = y * bgr.length;
        for (int x = 0; x < bgr.length; x += 3) {
          bgr[x] = rgb[row + x + 2];
          bgr[x + 1] = rgb[row + x + 1];
          bgr[x + 2] = rgb[row + x];
        }
        pixels.position(y * picture.step()).put(bgr, 0, bgr.length);
      }
      if (!opencv_imgcodecs.imencode(format, picture, written, wanted)) {
        throw new IllegalStateException("OpenCV wrote no " + format);
      }
      byte[] file = new byte[Math.toIntExact(written.limit())];
      written.get(file);
      return file;
    } catch (RuntimeException e) {
      throw OpenCvRows.isForLackOfMemory(e) ? OpenCvRows.noMemory("draw the picture", e) : e;
    }
  }
}
