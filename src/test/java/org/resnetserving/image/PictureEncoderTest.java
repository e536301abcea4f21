package org.resnetserving.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class PictureEncoderTest {
  private final PictureEncoder encoder =
      new PictureEncoder(NativeImageLibrary.load(Path.of("target/natives")));

  @ParameterizedTest
  @CsvSource({"1, 1", "3, 5", "40, 31", "1024, 2"})
  void png_ofNoise_hasItsPixelsAndIsWithinItsBound(int width, int height) throws IOException {
    byte[] pixels = new byte[3 * width * height];
    new Random(width).nextBytes(pixels);
    byte[] png = encoder.png(pixels, width, height);
    assertThat(Pictures.rgb(png)).isEqualTo(pixels);
    assertThat((long) png.length).isLessThanOrEqualTo(PictureEncoder.pngBytes(width, height));
  }

  @Test
  void png_ofTooFewBytes_isRefused() {
    assertThatThrownBy(() -> encoder.png(new byte[5], 2, 1))
        .isInstanceOf(IllegalArgumentException.class);
  }

  /** By matplotlib 3.11: {@code matplotlib.colormaps[name]([0, 64, 128, 192, 255], bytes=True)}. */
  @ParameterizedTest
  @CsvSource({
    "VIRIDIS, 68 1 84, 58 82 139, 32 144 140, 94 201 97, 253 231 36",
    "INFERNO, 0 0 3, 87 15 109, 187 55 84, 249 142 8, 252 254 164",
    "CIVIDIS, 0 34 77, 67 78 107, 124 123 120, 187 173 108, 253 231 55"
  })
  void colors_areThoseOfMatplotlib(
      ColorScale scale, String first, String second, String third, String fourth, String last) {
    byte[] table = encoder.colors(scale);
    assertThat(table).hasSize(3 * 256);
    int[] levels = {0, 64, 128, 192, 255};
    String[] expected = {first, second, third, fourth, last};
    for (int i = 0; i < levels.length; i++) {
      String[] rgb = expected[i].split(" ");
      for (int c = 0; c < 3; c++) {
        assertThat(Math.abs((table[3 * levels[i] + c] & 0xFF) - Integer.parseInt(rgb[c])))
            .as("%s %d: %d", scale, levels[i], table[3 * levels[i] + c] & 0xFF)
            .isLessThanOrEqualTo(1);
      }
    }
  }
}
