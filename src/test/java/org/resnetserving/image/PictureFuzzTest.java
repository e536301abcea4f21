package org.resnetserving.image;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;
import org.resnetserving.problem.ProblemException;

/**
 * Whatever the bytes, a picture is decoded or refused with a {@link ProblemException}. To search:
 * {@code JAZZER_FUZZ=1 mvn test -Dtest=PictureFuzzTest#header*}, or {@code #picture*}; without the
 * variable only the seeds and earlier finds run.
 */
class PictureFuzzTest {
  private static final ImageLimits LIMITS = new ImageLimits(1_000_000);
  private static final Preset PRESET = new Preset(24, 20, Interpolation.BICUBIC);

  @MethodSource("seeds")
  @FuzzTest(maxDuration = "8s")
  void header_ofAnyBytes_isReadOrRefused(byte[] file) {
    try {
      Picture header = Picture.read(file, LIMITS);
      assertThat((long) header.width() * header.height()).isBetween(1L, LIMITS.maxPixels());
      assertThat(header.orientation()).isBetween(1, 8);
    } catch (ProblemException e) {
      // refused
    }
  }

  @MethodSource("seeds")
  @FuzzTest(maxDuration = "15s")
  void picture_ofAnyBytes_isDecodedOrRefused(byte[] file) {
    try {
      Picture header = Picture.read(file, LIMITS);
      assertThat(Pictures.decoder(DecodeMode.FAST).crop(header, PRESET))
          .hasSize(PRESET.cropBytes());
    } catch (ProblemException e) {
      // refused
    }
  }

  static Stream<byte[]> seeds() {
    return Stream.of(
            "lp-37x53.jpg",
            "xmp6-37x53.jpg",
            "m-ct3d2i1-33x31.png",
            "la-37x53.png",
            "anim-37x53.gif",
            "mrle11-30x21.bmp",
            "mf0h40-33x20tTrue.bmp",
            "exif5-37x53.webp",
            "q80a-37x53.webp",
            "exif8-37x53.tif",
            "g4o3-37x53.tif",
            "rgbjpeg-37x53.tif",
            "p16packbits-37x53.tif",
            "TrgbplanarBlzw16p-33x70.tif")
        .map(Pictures::pillow);
  }
}
