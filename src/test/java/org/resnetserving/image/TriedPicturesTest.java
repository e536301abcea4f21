package org.resnetserving.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.resnetserving.problem.ProblemException;
import org.resnetserving.problem.ProblemType;

/**
 * Faults that were found by trying: sound files called corrupt, complete ones called truncated,
 * damaged ones answered, small ones that take all memory or time. The files in {@code tried/} were
 * made by us.
 */
final class TriedPicturesTest {
  private static final Preset PRESET = new Preset(32, 32, Interpolation.BILINEAR);
  private static final int COMPRESSION = 259;
  private static final int PHOTOMETRIC = 262;

  @ParameterizedTest
  @CsvSource({
    "apple-crushed-cgbi-called-corrupt.png,CgBI",
    "jpegls-called-corrupt-jpeg.jls,JPEG-LS",
    "jpeg-newline-before-soi.jpg,after 1 bytes",
    "tiff-widetile.tif,tiles",
  })
  void kindThatIsNotRead_isUnsupportedByName(String file, String name) {
    refuses(Pictures.tried(file), ProblemType.IMAGE_UNSUPPORTED, name);
  }

  @ParameterizedTest
  @CsvSource({
    "6,old-style JPEG",
    "9,JBIG",
    "32809,ThunderScan",
    "34661,JBIG",
    "34712,JPEG 2000",
    "34887,LERC",
    "34925,LZMA",
    "34933,PNG",
    "34934,JPEG XR",
    "50000,zstd",
    "50001,WebP",
    "50002,JPEG XL",
    "65000,number 65000",
  })
  void tiffCompression_thatIsNotRead_isNamed(int compression, String name) {
    byte[] file = Pictures.pillow("exif8-37x53.tif");
    setTiff(file, COMPRESSION, compression);
    refuses(file, ProblemType.IMAGE_UNSUPPORTED, name);
  }

  @ParameterizedTest
  @CsvSource({"8,CIELAB", "4,mask", "32803,filters", "34892,sensor", "77,photometric 77"})
  void tiffColours_thatAreNotRead_areNamed(int photometric, String name) {
    byte[] file = Pictures.pillow("exif8-37x53.tif");
    setTiff(file, PHOTOMETRIC, photometric);
    refuses(file, ProblemType.IMAGE_UNSUPPORTED, name);
  }

  @Test
  void bigTiff_isReadAsTheSamePictureInATiff() {
    // 2 x 2 greys, in either layout, little-endian.
    ByteBuffer big = ByteBuffer.allocate(16 + 8 + 20 * 7 + 8 + 4).order(ByteOrder.LITTLE_ENDIAN);
    int data = big.capacity() - 4;
    int[][] tags = {{256, 2}, {257, 2}, {258, 8}, {259, 1}, {262, 1}, {273, data}, {279, 4}};
    big.put((byte) 'I')
        .put((byte) 'I')
        .putShort((short) 43)
        .putShort((short) 8)
        .putShort((short) 0);
    big.putLong(16).putLong(tags.length);
    for (int[] tag : tags) {
      big.putShort((short) tag[0]).putShort((short) 4).putLong(1).putLong(tag[1]);
    }
    big.putLong(0).put(new byte[] {1, 50, 100, -1});
    Preset whole = new Preset(2, 2, Interpolation.BILINEAR);
    assertThat(Pictures.crop(big.array(), whole))
        .containsExactly(1, 1, 1, 50, 50, 50, 100, 100, 100, -1, -1, -1);
    big.putLong(8, Long.MAX_VALUE);
    refuses(big.array(), ProblemType.IMAGE_TRUNCATED, "TIFF");
  }

  @ParameterizedTest
  @CsvSource({
    "png-complete-no-iend.png,IEND",
    "jpeg-complete-eoi-replaced-by-zeros.jpg,end marker",
    "bmp-complete-last-row-unpadded.bmp,padding",
  })
  void complete_butForItsEnd_isDecodedWithAWarning(String file, String warning) {
    assertThat(Pictures.decode(Pictures.tried(file), PRESET).warning()).contains(warning);
  }

  @Test
  void jpeg_thatPillowCallsTruncated_isTruncated() {
    refuses(Pictures.tried("jpeg-complete-no-eoi.jpg"), ProblemType.IMAGE_TRUNCATED, "last row");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "rgb-420.jpg",
        "rgb-444.jpg",
        "gray.jpg",
        "cmyk.jpg",
        "progressive.jpg",
        "restart-markers.jpg"
      })
  void jpeg_ofHalfItsDataAndAnEnd_isTruncated(String name) {
    byte[] file = Pictures.golden(name);
    for (int part = 30; part <= 95; part += 5) {
      byte[] cut = Arrays.copyOf(file, file.length * part / 100 + 2);
      cut[cut.length - 2] = -1;
      cut[cut.length - 1] = (byte) 0xD9;
      // The last scan of a progressive one refines what is there, and is not walked over.
      if (!name.equals("progressive.jpg") || part <= 50) {
        refuses(cut, ProblemType.IMAGE_TRUNCATED, "last row");
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"rgb-420.jpg", "gray.jpg", "cmyk.jpg", "progressive.jpg", "restart-markers.jpg"})
  void jpeg_withATrailer_isDecodedWithoutAWarning(String name) {
    byte[] file = Pictures.golden(name);
    Decoded whole = Pictures.decode(file, PRESET);
    Decoded trailed = Pictures.decode(Arrays.copyOf(file, file.length + 5000), PRESET);
    assertThat(trailed.pixels()).isEqualTo(whole.pixels());
    assertThat(whole.warning()).isNull();
  }

  @Test
  void jpeg_ofArithmeticScans_isTooComplex() {
    refuses(
        Pictures.tried("jpeg-100-arithmetic-scans-of-7000x7000.jpg"),
        ProblemType.IMAGE_TOO_COMPLEX,
        "scans");
  }

  @Test
  void tiff_ofThousandsOfTables_isTooComplexBeforeAnythingIsAllocated() {
    Picture picture = Picture.read(Pictures.tried("tiff-tables.tif"), ImageLimits.DEFAULT);
    assertThatThrownBy(() -> picture.heapBytes(PRESET))
        .isInstanceOfSatisfying(
            ProblemException.class,
            e -> assertThat(e.type()).isEqualTo(ProblemType.IMAGE_TOO_COMPLEX));
  }

  @Test
  void deadline_isLookedAtInEveryFormatWhereRowsAreOurs() {
    for (String name :
        new String[] {"rgb.png", "interlaced.png", "palette.gif", "rgb.bmp", "rgb.tiff"}) {
      Picture picture = Picture.read(Pictures.golden(name), ImageLimits.DEFAULT);
      AtomicInteger calls = new AtomicInteger();
      PictureDecoder decoder = Pictures.decoder(DecodeMode.EXACT);
      decoder.decode(picture, PRESET, calls::incrementAndGet);
      assertThat(calls.get()).as(name).isGreaterThanOrEqualTo(picture.height() / 2);
      AtomicInteger left = new AtomicInteger(calls.get() / 2);
      assertThatThrownBy(
              () ->
                  decoder.decode(
                      picture,
                      PRESET,
                      () -> {
                        if (left.decrementAndGet() < 0) {
                          throw new ProblemException(ProblemType.DEADLINE_EXCEEDED, "late");
                        }
                      }))
          .hasMessage("late");
      assertThat(left.get()).as(name).isEqualTo(-1);
    }
  }

  @Test
  void decoderWithoutMemory_isNotThePicturesFault() {
    ProblemException refusal =
        OpenCvRows.refusal(
            PictureFormat.WEBP,
            new IllegalStateException("error: (-4:Insufficient memory) Failed to allocate"));
    assertThat(refusal.type()).isEqualTo(ProblemType.OVERLOADED);
    assertThat(OpenCvRows.refusal(PictureFormat.WEBP, new IllegalStateException("(-2:x)")).type())
        .isEqualTo(ProblemType.IMAGE_CORRUPT);
  }

  @Test
  void everyNativeDecoder_isTriedAtStart() {
    Pictures.decoder(DecodeMode.EXACT).tryEach();
  }

  private static void setTiff(byte[] file, int tag, int value) {
    ByteBuffer tiff = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
    int directory = tiff.getInt(4);
    for (int i = 0; i < tiff.getShort(directory); i++) {
      int entry = directory + 2 + 12 * i;
      if ((tiff.getShort(entry) & 0xFFFF) == tag) {
        tiff.putShort(entry + 2, (short) 4).putInt(entry + 8, value);
        return;
      }
    }
    throw new AssertionError("No tag " + tag);
  }

  private static void refuses(byte[] file, ProblemType type, String words) {
    assertThatThrownBy(() -> Pictures.decode(file, PRESET))
        .isInstanceOfSatisfying(
            ProblemException.class, e -> assertThat(e.type()).as(e.getMessage()).isEqualTo(type))
        .hasMessageContaining(words);
  }
}
