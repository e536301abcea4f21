package org.resnetserving.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ResamplerTest {
  private final Random random = new Random(5);

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8})
  void orientation_isThatOfThePictureTurned(int orientation) {
    for (int i = 0; i < 100; i++) {
      int[][][] stored = Pictures.noise(random, 1 + random.nextInt(60), 1 + random.nextInt(60));
      int crop = 1 + random.nextInt(40);
      Preset preset =
          new Preset(1 + random.nextInt(40), crop, Interpolation.values()[random.nextInt(2)]);
      assertThat(resample(stored, orientation, preset))
          .as("%s of %d x %d", preset, stored[0].length, stored.length)
          .isEqualTo(Pictures.samples(PillowResize.crop(turned(stored, orientation), preset)));
    }
  }

  @ParameterizedTest
  @CsvSource({"3,301", "3,300", "4,401", "2,600", "20,2001", "20,2000", "301,3", "2001,20"})
  void veryTall_isShrunkAlongItsColumnsFirst(int width, int height) {
    int[][][] picture = Pictures.noise(random, width, height);
    for (Interpolation interpolation : Interpolation.values()) {
      for (int resize : new int[] {1, 2, 3, 7, 20}) {
        Preset preset = new Preset(resize, 5, interpolation);
        assertThat(resample(picture, 1, preset))
            .isEqualTo(Pictures.samples(PillowResize.crop(picture, preset)));
        assertThat(resample(picture, 6, preset))
            .isEqualTo(Pictures.samples(PillowResize.crop(turned(picture, 6), preset)));
      }
    }
  }

  @Test
  void picture_smallerThanTheCrop_liesInTheMiddleOfBlack() {
    int[][][] white = {{{255, 255, 255}}};
    byte[] crop = resample(white, 1, new Preset(2, 5, Interpolation.BILINEAR));
    for (int y = 0; y < 5; y++) {
      for (int x = 0; x < 5; x++) {
        // Three rows are missing: one goes above, two go below.
        boolean inside = (y == 1 || y == 2) && (x == 1 || x == 2);
        assertThat(crop[3 * (y * 5 + x)]).isEqualTo(inside ? (byte) 255 : 0);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Interpolation.class)
  void longestSideThereIs_needsOnlyItsMiddle(Interpolation interpolation) {
    // Resized it would be 268 million pixels long.
    int side = ImageLimits.MAX_SIDE;
    int[] asked = new int[3];
    PixelRows rows =
        new PixelRows() {
          @Override
          public int width() {
            return 1;
          }

          @Override
          public int height() {
            return side;
          }

          @Override
          public void read(int y, int from, int to, byte[] rgb) {
            asked[0]++;
            rgb[0] = (byte) (y & 1);
          }
        };
    Extent header = new Extent(1, side, 1);
    byte[] crop = Resampler.crop(header, rows, 1, new Preset(256, 224, interpolation), () -> {});
    assertThat(crop).hasSize(224 * 224 * 3);
    assertThat(asked[0]).isLessThan(10);
  }

  @Test
  void reduced_coversWhatThePictureCovers() {
    // 17 columns at a half are 9, of which the last is half outside; mirrored that is the first.
    int[][][] reduced = new int[9][9][];
    for (int y = 0; y < 9; y++) {
      for (int x = 0; x < 9; x++) {
        reduced[y][x] = new int[] {20 * x, 20 * y, 0};
      }
    }
    Extent upright = new Extent(17, 17, 1);
    Extent mirrored = new Extent(17, 17, 2);
    Preset preset = new Preset(4, 4, Interpolation.BILINEAR);
    byte[] crop = Resampler.crop(upright, rows(reduced), 2, preset, () -> {});
    byte[] other = Resampler.crop(mirrored, rows(reduced), 2, preset, () -> {});
    for (int y = 0; y < 4; y++) {
      for (int x = 0; x < 4; x++) {
        assertThat(other[3 * (4 * y + x)]).isEqualTo(crop[3 * (4 * y + 3 - x)]);
      }
    }
  }

  private byte[] resample(int[][][] stored, int orientation, Preset preset) {
    Extent header = new Extent(stored[0].length, stored.length, orientation);
    return Resampler.crop(header, rows(stored), 1, preset, () -> {});
  }

  private static PixelRows rows(int[][][] picture) {
    return new PixelRows() {
      private int last = -1;

      @Override
      public int width() {
        return picture[0].length;
      }

      @Override
      public int height() {
        return picture.length;
      }

      @Override
      public void read(int y, int from, int to, byte[] rgb) {
        assertThat(y).isGreaterThan(last);
        last = y;
        for (int x = from; x < to; x++) {
          for (int c = 0; c < 3; c++) {
            rgb[3 * (x - from) + c] = (byte) picture[y][x][c];
          }
        }
      }
    };
  }

  /** The picture as seen, by EXIF's own words: which side of it the first row and column are. */
  private static int[][][] turned(int[][][] stored, int orientation) {
    int height = stored.length;
    int width = stored[0].length;
    boolean sideways = orientation >= 5;
    int[][][] seen = new int[sideways ? width : height][sideways ? height : width][];
    for (int row = 0; row < height; row++) {
      for (int column = 0; column < width; column++) {
        int right = width - 1 - column;
        int bottom = height - 1 - row;
        switch (orientation) {
          case 2 -> seen[row][right] = stored[row][column];
          case 3 -> seen[bottom][right] = stored[row][column];
          case 4 -> seen[bottom][column] = stored[row][column];
          case 5 -> seen[column][row] = stored[row][column];
          case 6 -> seen[column][bottom] = stored[row][column];
          case 7 -> seen[right][bottom] = stored[row][column];
          case 8 -> seen[right][row] = stored[row][column];
          default -> seen[row][column] = stored[row][column];
        }
      }
    }
    return seen;
  }
}
