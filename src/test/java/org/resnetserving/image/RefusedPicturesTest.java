package org.resnetserving.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.resnetserving.problem.ProblemException;
import org.resnetserving.problem.ProblemType;

/** What is no good picture is refused in words, by the type that fits, and never by a crash. */
final class RefusedPicturesTest {
  private static final Preset PRESET = new Preset(32, 32, Interpolation.BILINEAR);
  private static final int CUTS = 60;
  private static final int DAMAGED_COPIES = 150;

  @ParameterizedTest
  @ValueSource(strings = {"", "G", "GIF8", "hello, world", "%PDF-1.7", "II+\0", "RIFF....WAVE"})
  void content_thatIsNoPicture_isUnsupported(String content) {
    assertRefused(content.getBytes(StandardCharsets.ISO_8859_1), ProblemType.IMAGE_UNSUPPORTED);
  }

  @Test
  void format_thatIsNotTaken_isUnsupported_andThoseThatAreAreNamed() {
    ImageLimits few = new ImageLimits(1_000_000, Set.of(PictureFormat.PNG, PictureFormat.JPEG));
    assertThat(Picture.read(Pictures.golden("rgb.png"), few).format()).isEqualTo(PictureFormat.PNG);
    assertThatThrownBy(() -> Picture.read(Pictures.golden("rgb.tiff"), few))
        .isInstanceOfSatisfying(
            ProblemException.class,
            problem -> assertThat(problem.type()).isEqualTo(ProblemType.IMAGE_UNSUPPORTED))
        .hasMessage("This is a TIFF. Pictures in JPEG, PNG are read: convert it to one of these.");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "rgb-420.jpg",
        "progressive.jpg",
        "restart-markers.jpg",
        "rgb.png",
        "interlaced.png",
        "palette.gif",
        "rgb.bmp",
        "rgb.tiff",
        "lossy.webp",
        "lossless.webp"
      })
  void picture_thatEndsInTheMiddle_isTruncated(String name) {
    byte[] file = Pictures.golden(name);
    assertRefused(Arrays.copyOf(file, file.length / 2), ProblemType.IMAGE_TRUNCATED);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "gray.jpg",
        "cmyk.jpg",
        "exif-6.jpg",
        "bilevel.png",
        "gray16.png",
        "animated.gif",
        "rgb.bmp",
        "rgb.tiff",
        "lossy.webp",
        "lossless.webp",
        "palette.png"
      })
  void picture_cutOrDamagedAnywhere_isRefusedInWordsOrDecoded(String name) {
    byte[] file = Pictures.golden(name);
    Random random = new Random(name.hashCode());
    for (int i = 0; i < CUTS; i++) {
      int length = i < CUTS / 2 ? i * 3 : random.nextInt(file.length);
      decodeOrRefuse(Arrays.copyOf(file, length));
    }
    for (int i = 0; i < DAMAGED_COPIES; i++) {
      byte[] damaged = file.clone();
      int near = i % 2 == 0 ? Math.min(600, file.length) : file.length;
      for (int n = 0; n < 1 + random.nextInt(4); n++) {
        damaged[random.nextInt(near)] = (byte) random.nextInt();
      }
      decodeOrRefuse(damaged);
    }
  }

  @Test
  void header_overTheLimit_isRefusedBeforeDecoding() {
    byte[] png = Pictures.golden("rgb.png");
    ByteBuffer.wrap(png).putInt(16, 60_000).putInt(20, 60_000);
    // The header's checksum is wrong now; the limit comes first or the header is refused for it.
    assertThatThrownBy(() -> Pictures.crop(png, PRESET)).isInstanceOf(ProblemException.class);
    byte[] bmp = Pictures.golden("rgb.bmp");
    ByteBuffer.wrap(bmp).order(ByteOrder.LITTLE_ENDIAN).putInt(18, 10_000).putInt(22, 10_000);
    assertRefused(bmp, ProblemType.IMAGE_TOO_MANY_PIXELS);
  }

  @Test
  void limit_isAsConfigured() {
    byte[] file = Pictures.golden("rgb-420.jpg");
    ImageLimits exact = new ImageLimits(500 * 375);
    assertThat(Picture.read(file, exact).width()).isEqualTo(500);
    assertThatThrownBy(() -> Picture.read(file, new ImageLimits(500 * 375 - 1)))
        .isInstanceOfSatisfying(
            ProblemException.class,
            e -> assertThat(e.type()).isEqualTo(ProblemType.IMAGE_TOO_MANY_PIXELS))
        .hasMessageContaining("500");
  }

  @Test
  void header_withoutPixels_isZeroSized() {
    byte[] bmp = Pictures.golden("rgb.bmp");
    ByteBuffer.wrap(bmp).order(ByteOrder.LITTLE_ENDIAN).putInt(18, 0);
    assertRefused(bmp, ProblemType.IMAGE_ZERO_SIZED);
  }

  @Test
  void picture_ofOneRowAndManyColumns_isDecoded() {
    int[][][] line = new int[1][40_000][3];
    for (int x = 0; x < line[0].length; x++) {
      line[0][x][0] = x % 256;
    }
    assertThat(Pictures.crop(Pictures.bmp(line), new Preset(256, 224, Interpolation.BICUBIC)))
        .hasSize(3 * 224 * 224);
  }

  private static void decodeOrRefuse(byte[] file) {
    try {
      assertThat(Pictures.crop(file, PRESET)).hasSize(PRESET.cropBytes());
    } catch (ProblemException e) {
      assertThat(e.type().name()).startsWith("IMAGE_");
      assertThat(e.getMessage()).isNotBlank();
    }
  }

  private static void assertRefused(byte[] file, ProblemType type) {
    assertThatThrownBy(() -> Pictures.crop(file, PRESET))
        .isInstanceOfSatisfying(
            ProblemException.class, e -> assertThat(e.type()).as(e.getMessage()).isEqualTo(type));
  }
}
