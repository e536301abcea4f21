package org.resnetserving.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.resnetserving.problem.ProblemException;
import org.resnetserving.problem.ProblemType;

final class PictureDecoderTest {
  private static final Preset SMALL = new Preset(16, 16, Interpolation.BILINEAR);

  @ParameterizedTest
  @ValueSource(
      strings = {
        "lp-37x53.jpg",
        "q75s2p-37x53.jpg",
        "xmp6-37x53.jpg",
        "la-37x53.png",
        "m-ct6d8i1-33x31.png",
        "m-ct3d2i1-33x31.png",
        "anim-37x53.gif",
        "m-33x20b16tFalse.bmp",
        "mrle11-30x21.bmp",
        "mo-33x20b8.bmp",
        "exif5-37x53.webp",
        "q80a-37x53.webp",
        "anima-37x53.webp",
        "exif8-37x53.tif",
        "rgbjpeg-37x53.tif",
        "p16packbits-37x53.tif",
        "TrgbplanarBlzw16p-33x70.tif",
      })
  void picture_cutAnywhere_isRefusedOrNoDifferent(String name) {
    byte[] file = Pictures.pillow(name);
    byte[] whole = Pictures.crop(file, SMALL);
    for (int length = 0; length < file.length; length++) {
      try {
        // Without its very last bytes a GIF, say, has still all of its pixels.
        assertThat(Pictures.crop(Arrays.copyOf(file, length), SMALL))
            .as("%d of %d bytes", length, file.length)
            .isEqualTo(whole);
      } catch (ProblemException e) {
        assertThat(e.type())
            .isIn(
                ProblemType.IMAGE_TRUNCATED,
                ProblemType.IMAGE_UNSUPPORTED,
                ProblemType.IMAGE_CORRUPT);
      }
    }
  }

  @Test
  void jpeg_withoutItsEnd_isTruncated() {
    byte[] file = Pictures.pillow("lp-37x53.jpg");
    refuses(Arrays.copyOf(file, file.length - 2), ProblemType.IMAGE_TRUNCATED);
    refuses(Arrays.copyOf(file, file.length - 1), ProblemType.IMAGE_TRUNCATED);
  }

  @Test
  void png_withoutItsEnd_isReadWithAWarning() {
    byte[] file = Pictures.pillow("la-37x53.png");
    Decoded decoded = Pictures.decode(Arrays.copyOf(file, file.length - 12), SMALL);
    assertThat(decoded.pixels()).isEqualTo(Pictures.crop(file, SMALL));
    assertThat(decoded.warning()).contains("IEND");
    assertThat(Pictures.decode(file, SMALL).warning()).isNull();
  }

  @Test
  void jpeg_whoseTablesAreBroken_isCorrupt() {
    byte[] file = Pictures.pillow("lp-37x53.jpg");
    for (int i = 0; i < file.length - 1; i++) {
      if (file[i] == -1 && file[i + 1] == (byte) 0xC4) {
        Arrays.fill(file, i + 5, i + 21, (byte) 0xFF);
      }
    }
    refuses(file, ProblemType.IMAGE_CORRUPT);
  }

  @Test
  void jpeg_ofHundredsOfScans_isTooComplex() {
    byte[] file = Pictures.pillow("lp-37x53.jpg");
    byte[] scan = {-1, (byte) 0xDA, 0, 8, 1, 1, 0, 0, 63, 0};
    ByteBuffer bomb = ByteBuffer.allocate(file.length + 300 * scan.length);
    bomb.put(file, 0, file.length - 2);
    for (int i = 0; i < 300; i++) {
      bomb.put(scan);
    }
    bomb.put(file, file.length - 2, 2);
    refuses(bomb.array(), ProblemType.IMAGE_TOO_COMPLEX);
  }

  @Test
  void webp_whoseDataAreNotAsClaimed_isCorrupt() {
    byte[] file = Pictures.pillow("q80a-37x53.webp");
    // The canvas grows by a column that no frame fills.
    file[24]++;
    refuses(file, ProblemType.IMAGE_CORRUPT);
  }

  @Test
  void png_whoseLastRowIsBroken_isRefusedThoughTheCropDoesNotShowIt() {
    byte[] tall = Pictures.pillow("rgba-37x53.png");
    int end = tall.length - 12 - 4 - 20;
    Arrays.fill(tall, end, end + 16, (byte) 0xFF);
    assertThatThrownBy(() -> Pictures.crop(tall, new Preset(37, 5, Interpolation.BILINEAR)))
        .isInstanceOf(ProblemException.class);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void line_aMillionPixelsLong_isDecoded(boolean upright) {
    int side = ImageLimits.MAX_SIDE;
    int stride = upright ? 4 : side / 8;
    int rows = upright ? side : 1;
    ByteBuffer file = ByteBuffer.allocate(62 + stride * rows).order(ByteOrder.LITTLE_ENDIAN);
    file.put((byte) 'B').put((byte) 'M').putInt(10, 62).putInt(14, 40);
    file.putInt(18, upright ? 1 : side).putInt(22, rows).putShort(26, (short) 1);
    file.putShort(28, (short) 1).putInt(54, 0).putInt(58, 0xFFFFFF);
    Arrays.fill(file.array(), 62, file.capacity(), (byte) 0xFF);
    byte[] white = new byte[3 * 224 * 224];
    Arrays.fill(white, (byte) 0xFF);
    assertThat(Pictures.crop(file.array(), new Preset(256, 224, Interpolation.BICUBIC)))
        .isEqualTo(white);
  }

  @Test
  void fast_leavesSmallPicturesExact() {
    byte[] file = Pictures.golden("rgb-420.jpg");
    Picture header = Picture.read(file, ImageLimits.DEFAULT);
    PictureDecoder fast = Pictures.decoder(DecodeMode.FAST);
    // 375 / 2 is less than twice 94, and not less than twice 93.
    Preset exact = new Preset(94, 64, Interpolation.BILINEAR);
    Preset reduced = new Preset(93, 64, Interpolation.BILINEAR);
    assertThat(fast.crop(header, exact)).isEqualTo(Pictures.crop(file, exact));
    byte[] expected = Pictures.crop(file, reduced);
    byte[] found = fast.crop(header, reduced);
    assertThat(found).isNotEqualTo(expected);
    assertThat(meanDifference(expected, found)).isLessThan(2);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8})
  void fast_isNearTheExactOne_howeverThePictureLies(int orientation) {
    byte[] file = Pictures.golden("exif-" + orientation + ".jpg");
    Picture header = Picture.read(file, ImageLimits.DEFAULT);
    Preset preset = new Preset(37, 32, Interpolation.BILINEAR);
    byte[] found = Pictures.decoder(DecodeMode.FAST).crop(header, preset);
    assertThat(meanDifference(Pictures.crop(file, preset), found)).isLessThan(2);
  }

  @Test
  void decoder_isSharedByThreads() throws Exception {
    List<String> names =
        List.of("rgb-420.jpg", "lossless.webp", "rgb.png", "rgb.tiff", "palette.gif", "exif-6.jpg");
    PictureDecoder decoder = Pictures.decoder(DecodeMode.EXACT);
    List<byte[]> alone = new ArrayList<>();
    for (String name : names) {
      alone.add(Pictures.crop(Pictures.golden(name), SMALL));
    }
    ExecutorService threads = Executors.newFixedThreadPool(8);
    try {
      List<Callable<byte[]>> tasks = new ArrayList<>();
      for (int i = 0; i < 120; i++) {
        byte[] file = Pictures.golden(names.get(i % names.size()));
        tasks.add(() -> decoder.crop(Picture.read(file, ImageLimits.DEFAULT), SMALL));
      }
      List<Future<byte[]>> crops = threads.invokeAll(tasks);
      for (int i = 0; i < crops.size(); i++) {
        assertThat(crops.get(i).get()).isEqualTo(alone.get(i % names.size()));
      }
    } finally {
      threads.shutdownNow();
    }
  }

  private static double meanDifference(byte[] expected, byte[] found) {
    long sum = 0;
    for (int i = 0; i < expected.length; i++) {
      sum += Math.abs((expected[i] & 255) - (found[i] & 255));
    }
    return (double) sum / expected.length;
  }

  private static void refuses(byte[] file, ProblemType type) {
    assertThatThrownBy(() -> Pictures.crop(file, SMALL))
        .isInstanceOfSatisfying(
            ProblemException.class, e -> assertThat(e.type()).as(e.getMessage()).isEqualTo(type));
  }
}
