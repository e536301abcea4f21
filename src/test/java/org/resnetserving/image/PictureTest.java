package org.resnetserving.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.resnetserving.problem.ProblemException;
import org.resnetserving.problem.ProblemType;

final class PictureTest {
  private static final int IHDR = 16;

  @ParameterizedTest
  @CsvSource({
    "lp-37x53.jpg,JPEG,37,53,1",
    "xmp6-37x53.jpg,JPEG,37,53,6",
    "la-37x53.png,PNG,37,53,1",
    "exif6-37x53.png,PNG,37,53,6",
    "anim-37x53.gif,GIF,37,53,1",
    "m-33x20b24tTrue.bmp,BMP,33,20,1",
    "mo-33x20b8.bmp,BMP,33,20,1",
    "q80a-37x53.webp,WEBP,37,53,1",
    "exif5-37x53.webp,WEBP,37,53,5",
    "xmp6-37x53.webp,WEBP,37,53,6",
    "exif8-37x53.tif,TIFF,37,53,8",
    "Trgb16planarLzlib32p-33x70.tif,TIFF,33,70,1",
    "TrgbplanarBlzw16p-33x70.tif,TIFF,33,70,1",
  })
  void header_isWhatThePictureIs(
      String name, PictureFormat format, int width, int height, int orientation) {
    Picture header = read(Pictures.pillow(name));
    assertThat(header.format()).isEqualTo(format);
    assertThat(header.width()).isEqualTo(width);
    assertThat(header.height()).isEqualTo(height);
    assertThat(header.orientation()).isEqualTo(orientation);
    assertThat(header.orientedWidth()).isEqualTo(orientation < 5 ? width : height);
    assertThat(header.orientedHeight()).isEqualTo(orientation < 5 ? height : width);
    assertThat(header.decodedBytes()).isBetween(3L * width * height, 16L * width * height);
  }

  @Test
  void lossyWebp_withoutExtensions_saysItsSize() {
    Picture header = read(Pictures.golden("lossy.webp"));
    assertThat(header.width()).isEqualTo(500);
    assertThat(header.height()).isEqualTo(375);
  }

  @Test
  void progressiveJpeg_weighsItsCoefficients() {
    long baseline = read(Pictures.golden("rgb-420.jpg")).decodedBytes();
    long progressive = read(Pictures.golden("progressive.jpg")).decodedBytes();
    assertThat(baseline).isEqualTo(500L * 375 * 3);
    assertThat(progressive).isEqualTo(500L * 375 * 9);
  }

  @Test
  void gif_isAsLargeAsItsFrameReaches() {
    byte[] file = Pictures.pillow("anim-37x53.gif");
    ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).putShort(6, (short) 5);
    assertThat(read(file).width()).isEqualTo(37);
  }

  @Test
  void pixels_beyondTheLimit_areRefusedWithTheLimitAndTheClaim() {
    assertThatThrownBy(() -> read(png(60_000, 60_000)))
        .isInstanceOfSatisfying(
            ProblemException.class,
            e -> assertThat(e.type()).isEqualTo(ProblemType.IMAGE_TOO_MANY_PIXELS))
        .hasMessageContaining("60000 x 60000")
        .hasMessageContaining("50000000");
  }

  @ParameterizedTest
  @CsvSource({
    "-1,-1,IMAGE_TOO_MANY_PIXELS",
    "1,-1,IMAGE_TOO_MANY_PIXELS",
    "2147483647,2147483647,IMAGE_TOO_MANY_PIXELS",
    "1,1048577,IMAGE_TOO_MANY_PIXELS",
    "1048577,1,IMAGE_TOO_MANY_PIXELS",
    "0,7,IMAGE_ZERO_SIZED",
    "7,0,IMAGE_ZERO_SIZED",
    "-1,0,IMAGE_ZERO_SIZED",
  })
  void claim_thatNoPictureIs_isRefused(int width, int height, ProblemType type) {
    refuses(png(width, height), type);
  }

  @Test
  void side_asLongAsAllowed_isRead() {
    assertThat(read(png(ImageLimits.MAX_SIDE, 1)).width()).isEqualTo(ImageLimits.MAX_SIDE);
    assertThat(read(png(1, ImageLimits.MAX_SIDE)).height()).isEqualTo(ImageLimits.MAX_SIDE);
  }

  @Test
  void png_whoseHeaderWasChanged_isCorrupt() {
    byte[] file = Pictures.pillow("la-37x53.png");
    file[IHDR + 3]++;
    refuses(file, ProblemType.IMAGE_CORRUPT);
  }

  @Test
  void jpeg_withoutAScan_isRefused() {
    refuses(new byte[] {-1, (byte) 0xD8, -1, (byte) 0xD9}, ProblemType.IMAGE_CORRUPT);
    refuses(new byte[] {-1, (byte) 0xD8, -1, (byte) 0xDA, 0, 2}, ProblemType.IMAGE_CORRUPT);
    refuses(new byte[] {-1, (byte) 0xD8, -1, (byte) 0xE0, 0, 1}, ProblemType.IMAGE_CORRUPT);
    refuses(new byte[] {-1, (byte) 0xD8, -1, -1, -1, -1}, ProblemType.IMAGE_TRUNCATED);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "II", "XX*\0....", "II*\0\u00ff\u00ff\u00ff\u00ff"})
  void exif_thatMakesNoSense_turnsNothing(String exif) {
    assertThat(read(jpegWith(exif(exif))).orientation()).isEqualTo(1);
  }

  @Test
  void exif_thatLeadsInCirclesOrOutside_turnsNothing() {
    // A directory at offset 0 is its own header: 0x4949 entries, of which few are inside.
    assertThat(read(jpegWith(exif("II*\0\0\0\0\0"))).orientation()).isEqualTo(1);
    // The same block announced again and again.
    assertThat(read(jpegWith(exif("Exif\0\0Exif\0\0Exif\0\0"))).orientation()).isEqualTo(1);
    // Many entries promised, one there.
    String one = "II*\0\u0008\0\0\0\u00ff\u00ff\u0012\u0001\u0003\0\u0001\0\0\0";
    assertThat(read(jpegWith(exif(one + "\u0008\0\0\0"))).orientation()).isEqualTo(8);
    assertThat(read(jpegWith(exif(one + "\u0009\0\0\0"))).orientation()).isEqualTo(1);
    assertThat(read(jpegWith(exif(one + "\u0008\0"))).orientation()).isEqualTo(1);
  }

  @Test
  void tiff_whoseDirectoryIsOutside_isTruncated() {
    byte[] file = Pictures.pillow("exif8-37x53.tif");
    ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).putInt(4, -1);
    refuses(file, ProblemType.IMAGE_TRUNCATED);
  }

  @Test
  void tiff_whoseNextDirectoryIsTheFirst_isReadOnce() {
    byte[] file = Pictures.pillow("multi-37x53.tif");
    ByteBuffer tiff = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
    int directory = tiff.getInt(4);
    tiff.putInt(directory + 2 + 12 * tiff.getShort(directory), directory);
    byte[] crop = Pictures.crop(file, new Preset(37, 37, Interpolation.BILINEAR));
    assertThat(crop)
        .isEqualTo(
            Pictures.crop(
                Pictures.pillow("multi-37x53.tif"), new Preset(37, 37, Interpolation.BILINEAR)));
  }

  @Test
  void tiff_ofFloats_isUnsupported() {
    byte[] file = tiff(339, 3);
    refuses(file, ProblemType.IMAGE_UNSUPPORTED);
  }

  @ParameterizedTest
  @CsvSource({"100,100", "2147483647,1", "1,2147483647", "65536,65536", "0,16", "16,0"})
  void tiff_ofHugeOrNoTiles_isUnsupported(int width, int height) {
    byte[] file = Pictures.pillow("Trgb16planarLzlib32p-33x70.tif");
    setTiff(file, 322, width);
    setTiff(file, 323, height);
    if (width == 100) {
      assertThat(read(file).width()).isEqualTo(33);
    } else {
      refuses(file, ProblemType.IMAGE_UNSUPPORTED);
    }
  }

  @Test
  void tiff_ofThousandsOfTilesSideBySide_isUnsupported() {
    byte[] file = Pictures.pillow("Trgb16planarLzlib32p-33x70.tif");
    setTiff(file, 322, 1);
    setTiff(file, 256, 512);
    assertThat(read(file).width()).isEqualTo(512);
    setTiff(file, 256, 513);
    refuses(file, ProblemType.IMAGE_UNSUPPORTED);
  }

  @Test
  void tiff_ofMillionsOfStrips_isCorrupt() {
    byte[] file = Pictures.pillow("exif8-37x53.tif");
    ByteBuffer tiff = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
    tiff.putInt(entry(tiff, 273) + 4, (1 << 20) + 1);
    refuses(file, ProblemType.IMAGE_CORRUPT);
  }

  private static void setTiff(byte[] file, int tag, int value) {
    ByteBuffer tiff = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
    int entry = entry(tiff, tag);
    tiff.putShort(entry + 2, (short) 4).putInt(entry + 8, value);
  }

  private static int entry(ByteBuffer tiff, int tag) {
    int directory = tiff.getInt(4);
    for (int i = 0; i < tiff.getShort(directory); i++) {
      int entry = directory + 2 + 12 * i;
      if (tiff.getShort(entry) == tag) {
        return entry;
      }
    }
    throw new AssertionError("No tag " + tag);
  }

  @Test
  void oversizedWebpChunk_isTruncated() {
    byte[] file = Pictures.pillow("q80a-37x53.webp");
    ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).putInt(16, Integer.MAX_VALUE);
    refuses(file, ProblemType.IMAGE_TRUNCATED);
  }

  /** A TIFF of 1 x 1 pixels with one tag more. */
  private static byte[] tiff(int tag, int value) {
    int[][] tags = {{256, 1}, {257, 1}, {258, 8}, {262, 1}, {273, 0}, {279, 1}, {tag, value}};
    ByteBuffer file = ByteBuffer.allocate(14 + 12 * tags.length).order(ByteOrder.LITTLE_ENDIAN);
    file.put((byte) 'I').put((byte) 'I').putShort((short) 42).putInt(8);
    file.putShort((short) tags.length);
    for (int[] entry : tags) {
      file.putShort((short) entry[0]).putShort((short) 4).putInt(1).putInt(entry[1]);
    }
    return file.array();
  }

  /** A PNG that claims this size, correctly summed up. */
  private static byte[] png(int width, int height) {
    byte[] file = Pictures.pillow("la-37x53.png");
    ByteBuffer.wrap(file).putInt(IHDR, width).putInt(IHDR + 4, height);
    CRC32 checksum = new CRC32();
    checksum.update(file, IHDR - 4, 17);
    ByteBuffer.wrap(file).putInt(IHDR + 13, (int) checksum.getValue());
    return file;
  }

  private static byte[] exif(String content) {
    return ("Exif\0\0" + content).getBytes(StandardCharsets.ISO_8859_1);
  }

  private static byte[] jpegWith(byte[] app1) {
    byte[] jpeg = Pictures.pillow("lp-37x53.jpg");
    ByteBuffer file = ByteBuffer.allocate(jpeg.length + app1.length + 4);
    file.put(jpeg, 0, 2).putShort((short) 0xFFE1).putShort((short) (app1.length + 2)).put(app1);
    file.put(jpeg, 2, jpeg.length - 2);
    return file.array();
  }

  private static Picture read(byte[] file) {
    return Picture.read(Arrays.copyOf(file, file.length), ImageLimits.DEFAULT);
  }

  private static void refuses(byte[] file, ProblemType type) {
    assertThatThrownBy(() -> read(file))
        .isInstanceOfSatisfying(
            ProblemException.class, e -> assertThat(e.type()).as(e.getMessage()).isEqualTo(type));
  }
}
