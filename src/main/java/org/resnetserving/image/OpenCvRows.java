package org.resnetserving.image;

import java.nio.ByteBuffer;
import java.time.Duration;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.global.opencv_imgcodecs;
import org.bytedeco.opencv.opencv_core.Mat;
import org.jspecify.annotations.Nullable;
import org.resnetserving.crash.NativeTask;
import org.resnetserving.crash.NativeWork;
import org.resnetserving.problem.ProblemException;
import org.resnetserving.problem.ProblemType;

/** A picture that OpenCV decoded, in memory of its own until this is closed. */
final class OpenCvRows implements PixelRows {
  private static final int GREY =
      opencv_imgcodecs.IMREAD_GRAYSCALE | opencv_imgcodecs.IMREAD_IGNORE_ORIENTATION;
  private static final int RGB =
      opencv_imgcodecs.IMREAD_COLOR_RGB | opencv_imgcodecs.IMREAD_IGNORE_ORIENTATION;

  private static final byte[] END = {-1, (byte) 0xD9};

  /** Decoding takes well under this, so that by then there is room. */
  private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

  private final @Nullable String warning;
  private final Mat mat;
  private final ByteBuffer bytes;
  private final int width;
  private final int height;
  private final boolean grey;
  private final int stride;

  private OpenCvRows(Mat mat, @Nullable String warning) {
    this.warning = warning;
    this.mat = mat;
    this.bytes = mat.createBuffer();
    this.width = mat.cols();
    this.height = mat.rows();
    this.grey = mat.channels() == 1;
    this.stride = Math.toIntExact(mat.step());
  }

  /**
   * @param ended whether the end marker is there; if not, one is put behind the data
   * @param reduction 1, 2, 4 or 8: of how many pixels along a side one is made
   */
  static OpenCvRows jpeg(byte[] file, JpegHeader header, int reduction, boolean ended) {
    boolean grey = header.components() == 1;
    return decode(
        PictureFormat.JPEG,
        NativeTask.JPEG,
        file,
        content(file, !ended),
        ended ? null : "The JPEG lacks its end marker.",
        (header.width() + reduction - 1) / reduction,
        (header.height() + reduction - 1) / reduction,
        grey,
        (grey ? GREY : RGB) | reduced(reduction));
  }

  static OpenCvRows webp(Webp picture) {
    return decode(
        picture.format(),
        NativeTask.WEBP,
        picture.file(),
        new BytePointer(picture.file()),
        null,
        picture.width(),
        picture.height(),
        false,
        RGB);
  }

  static OpenCvRows tiff(Tiff picture, TiffDirectory directory) {
    BytePointer content = new BytePointer(picture.file());
    directory.turnUpright(content);
    return decode(
        picture.format(),
        NativeTask.TIFF,
        picture.file(),
        content,
        null,
        picture.width(),
        picture.height(),
        false,
        RGB);
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
      PictureFormat format,
      NativeTask task,
      byte[] file,
      BytePointer content,
      @Nullable String warning,
      int width,
      int height,
      boolean grey,
      int flags) {
    int type = grey ? opencv_core.CV_8UC1 : opencv_core.CV_8UC3;
    Mat picture;
    try {
      picture = new Mat(height, width, type);
    } catch (RuntimeException e) {
      content.close();
      throw refusal(format, e);
    }
    boolean decoded = false;
    try (NativeWork work = NativeWork.decoding(task, file);
        content;
        Mat encoded =
            new Mat(1, Math.toIntExact(content.capacity()), opencv_core.CV_8UC1, content);
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
      return new OpenCvRows(picture, warning);
    } catch (ProblemException e) {
      throw e;
    } catch (RuntimeException e) {
      throw refusal(format, e);
    } finally {
      if (!decoded) {
        picture.close();
      }
    }
  }

  private static BytePointer content(byte[] file, boolean endless) {
    BytePointer content = new BytePointer((long) file.length + (endless ? END.length : 0));
    content.put(file, 0, file.length);
    if (endless) {
      content.position(file.length).put(END, 0, END.length).position(0);
    }
    return content;
  }

  /** Whether OpenCV threw it because memory could not be had. */
  static boolean isForLackOfMemory(RuntimeException e) {
    String message = String.valueOf(e.getMessage());
    return message.contains("(-4:") || message.contains("bad_alloc");
  }

  /** The refusal where memory could not be had to do that. */
  static ProblemException noMemory(String what, RuntimeException e) {
    return new ProblemException(
            ProblemType.OVERLOADED, "There is no memory to %s now.".formatted(what), e)
        .retryAfter(RETRY_AFTER);
  }

  /** What OpenCV throws: that there is no memory is not the picture's fault. */
  static ProblemException refusal(PictureFormat format, RuntimeException e) {
    if (isForLackOfMemory(e)) {
      return noMemory("decode the " + format, e);
    }
    return BadPicture.corrupt(format, "its data cannot be decoded", e);
  }

  /** Whether the last pixel is the grey that libjpeg puts where data are missing. */
  boolean endsGrey() {
    int last = (height - 1) * stride + (width - 1) * (grey ? 1 : 3);
    for (int i = 0; i < (grey ? 1 : 3); i++) {
      if (Math.abs((bytes.get(last + i) & 0xFF) - 128) > 1) {
        return false;
      }
    }
    return true;
  }

  @Override
  public @Nullable String warning() {
    return warning;
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
