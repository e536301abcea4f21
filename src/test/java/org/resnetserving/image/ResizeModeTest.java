package org.resnetserving.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ResizeModeTest {
  private static final int PADDING = 114;

  private final Random random = new Random(11);

  @ParameterizedTest
  @EnumSource(Interpolation.class)
  void squash_isPillowsResizeToBothSides(Interpolation interpolation) {
    for (int i = 0; i < 100; i++) {
      int[][][] picture = noise();
      int crop = 1 + random.nextInt(40);
      Preset preset = new Preset(crop, crop, interpolation, ResizeMode.SQUASH, 0, false);
      assertThat(Pictures.crop(Pictures.bmp(picture), preset))
          .isEqualTo(Pictures.samples(PillowResize.resize(picture, crop, crop, interpolation)));
    }
  }

  /** The crop of a wider picture begins at ceil((n − crop) / 2): 1 of 1, 2 of 3, 2 of 4. */
  @ParameterizedTest
  @CsvSource({"21, 1", "22, 1", "23, 2", "24, 2"})
  void crop_ofFbResnetTorch_roundsUp(int width, int left) {
    Preset late = new Preset(20, 20, Interpolation.BILINEAR, ResizeMode.SHORTEST_LATE, 0, false);
    int[][][] picture = new int[20][width][3];
    for (int[][] row : picture) {
      for (int x = 0; x < width; x++) {
        Arrays.fill(row[x], x);
      }
    }
    assertThat(Pictures.crop(Pictures.bmp(picture), late)[0]).isEqualTo((byte) left);
  }

  @ParameterizedTest
  @EnumSource(Interpolation.class)
  void letterbox_isPillowsPad(Interpolation interpolation) {
    for (int i = 0; i < 100; i++) {
      int[][][] picture = noise();
      int height = picture.length;
      int width = picture[0].length;
      int crop = 1 + random.nextInt(40);
      int newWidth = width >= height ? crop : (int) Math.rint((double) width / height * crop);
      int newHeight = height >= width ? crop : (int) Math.rint((double) height / width * crop);
      newWidth = Math.max(1, newWidth);
      newHeight = Math.max(1, newHeight);
      int[][][] resized = PillowResize.resize(picture, newWidth, newHeight, interpolation);
      byte[] expected = new byte[3 * crop * crop];
      Arrays.fill(expected, (byte) PADDING);
      int left = (int) Math.rint((crop - newWidth) * 0.5);
      int top = (int) Math.rint((crop - newHeight) * 0.5);
      for (int y = 0; y < newHeight; y++) {
        for (int x = 0; x < newWidth; x++) {
          for (int c = 0; c < 3; c++) {
            expected[3 * ((top + y) * crop + left + x) + c] = (byte) resized[y][x][c];
          }
        }
      }
      Preset preset = new Preset(crop, crop, interpolation, ResizeMode.LETTERBOX, PADDING, false);
      assertThat(Pictures.crop(Pictures.bmp(picture), preset))
          .as("%d x %d to %d", width, height, crop)
          .isEqualTo(expected);
    }
  }

  @Test
  void grey_isMadeBeforeResizing() {
    for (int i = 0; i < 50; i++) {
      int[][][] picture = noise();
      Preset colour = new Preset(20, 16, Interpolation.BICUBIC);
      Preset grey = new Preset(20, 16, Interpolation.BICUBIC, ResizeMode.SHORTEST, 0, true);
      byte[] found = Pictures.crop(Pictures.bmp(picture), grey);
      int[][][] greyed = new int[picture.length][picture[0].length][3];
      for (int y = 0; y < picture.length; y++) {
        for (int x = 0; x < picture[0].length; x++) {
          int[] rgb = picture[y][x];
          int level = (19595 * rgb[0] + 38470 * rgb[1] + 7471 * rgb[2] + 32768) >> 16;
          greyed[y][x] = new int[] {level, level, level};
        }
      }
      assertThat(found).isEqualTo(Pictures.samples(PillowResize.crop(greyed, grey)));
      // What is grey already stays.
      assertThat(Pictures.crop(Pictures.bmp(greyed), grey))
          .isEqualTo(Pictures.crop(Pictures.bmp(greyed), colour));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8})
  void geometry_leadsBackToThePixelThatIsShown(int orientation) {
    // A ramp along both sides tells where a pixel of the crop comes from.
    int width = 61;
    int height = 47;
    for (ResizeMode mode : ResizeMode.values()) {
      Preset preset = new Preset(94, 94, Interpolation.BILINEAR, mode, 0, false);
      Extent extent = new Extent(width, height, orientation);
      byte[] crop = Resampler.crop(extent, ramp(width, height), 1, preset, () -> {});
      Geometry geometry = Geometry.of(extent, preset);
      for (int y = 40; y < 54; y++) {
        for (int x = 40; x < 54; x++) {
          Geometry.Point from = geometry.stored(x + 0.5, y + 0.5);
          int at = 3 * (y * 94 + x);
          assertThat((crop[at] & 0xFF) / 4.0).isCloseTo(from.x() - 0.5, within(0.3));
          assertThat((crop[at + 1] & 0xFF) / 4.0).isCloseTo(from.y() - 0.5, within(0.3));
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 256})
  void padding_thatIsNoLevel_isRefused(int padding) {
    assertThatThrownBy(
            () -> new Preset(8, 8, Interpolation.BILINEAR, ResizeMode.LETTERBOX, padding, false))
        .hasMessage("A preset's padding is a level of 0 to 255, not " + padding);
  }

  private static PixelRows ramp(int width, int height) {
    return new PixelRows() {
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
        for (int x = from; x < to; x++) {
          rgb[3 * (x - from)] = (byte) (4 * x);
          rgb[3 * (x - from) + 1] = (byte) (4 * y);
        }
      }
    };
  }

  private int[][][] noise() {
    return Pictures.noise(random, 1 + random.nextInt(60), 1 + random.nextInt(60));
  }
}
