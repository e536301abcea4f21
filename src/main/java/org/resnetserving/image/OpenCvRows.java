package org.resnetserving.image;

import java.nio.ByteBuffer;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.global.opencv_imgcodecs;
import org.bytedeco.opencv.opencv_core.Mat;
import org.resnetserving.problem.ProblemException;

/** A picture that OpenCV decoded, in memory of its own until this is closed. */
final class OpenCvRows implements PixelRows {
  private static final int GREY =
      opencv_imgcodecs.IMREAD_GRAYSCALE | opencv_imgcodecs.IMREAD_IGNORE_ORIENTATION;
  private static final int RGB =
      opencv_imgcodecs.IMREAD_COLOR_RGB | opencv_imgcodecs.IMREAD_IGNORE_ORIENTATION;

  private final Mat mat;
  private final ByteBuffer bytes;
  private final int width;
  private final int height;
  private final boolean grey;
  private final int stride;

  private OpenCvRows(Mat mat) {
    this.mat = mat;
    this.bytes = mat.createBuffer();
    this.width = mat.cols();
    this.height = mat.rows();
    this.grey = mat.channels() == 1;
    this.stride = Math.toIntExact(mat.step());
  }

  /**
   * @param reduction 1, 2, 4 or 8: of how many pixels along a side one is made
   */
  static OpenCvRows jpeg(byte[] file, JpegHeader header, int reduction) {
    boolean grey = header.components() == 1;
    return decode(
        PictureFormat.JPEG,
        file,
        (header.width() + reduction - 1) / reduction,
        (header.height() + reduction - 1) / reduction,
        grey,
        (grey ? GREY : RGB) | reduced(reduction));
  }

  static OpenCvRows other(Picture picture, byte[] file) {
    return decode(picture.format(), file, picture.width(), picture.height(), false, RGB);
  }

  private static int reduced(int reduction) {
    return switch (reduction) {
      case 2 -> opencv_imgcodecs.IMREAD_REDUCED_GRAYSCALE_2;
      case 4 -> opencv_imgcodecs.IMREAD_REDUCED_GRAYSCALE_4;
      case 8 -> opencv_imgcodecs.IMREAD_REDUCED_GRAYSCALE_8;
      default -> 0;
    };
  }

  private static OpenCvRows decode(
      PictureFormat format, byte[] file, int width, int height, boolean grey, int flags) {
    int type = grey ? opencv_core.CV_8UC1 : opencv_core.CV_8UC3;
    Mat picture = new Mat(height, width, type);
    boolean decoded = false;
    try (BytePointer content = new BytePointer(file);
        Mat encoded = new Mat(1, file.length, opencv_core.CV_8UC1, content);
        Mat result = opencv_imgcodecs.imdecode(encoded, flags, picture)) {
      if (result.empty()) {
        throw BadPicture.corrupt(format, "its data cannot be decoded");
      }
      if (picture.cols() != width || picture.rows() != height || picture.type() != type) {
        throw BadPicture.corrupt(
            format,
            "its header claims %d x %d pixels and its data have %d x %d"
                .formatted(width, height, picture.cols(), picture.rows()));
      }
      decoded = true;
      return new OpenCvRows(picture);
    } catch (ProblemException e) {
      throw e;
    } catch (RuntimeException e) {
      throw BadPicture.corrupt(format, "its data cannot be decoded", e);
    } finally {
      if (!decoded) {
        picture.close();
      }
    }
  }

  @Override
  public int width() {
    return width;
  }

  @Override
  public int height() {
    return height;
  }

  @Override
  public void read(int y, int from, int to, byte[] rgb) {
    if (!grey) {
      bytes.get(y * stride + 3 * from, rgb, 0, 3 * (to - from));
      return;
    }
    int at = y * stride;
    int out = 0;
    for (int x = from; x < to; x++) {
      byte value = bytes.get(at + x);
      rgb[out] = value;
      rgb[out + 1] = value;
      rgb[out + 2] = value;
      out += 3;
    }
  }

  @Override
  public void close() {
    mat.close();
  }
}
