package org.resnetserving.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Crops equal Pillow's: its own, and those of its arithmetic written down a second time. */
final class PreprocessTest {
  private static final int RANDOM_SIZES = 1000;
  private static final int LONGEST_SIDE = 90;

  /** A picture, a preset, and the crop that Pillow made. */
  record Golden(String file, String preset, Preset square) {
    @Override
    public String toString() {
      return file + " " + preset;
    }
  }

  static Stream<Golden> goldens() {
    JsonNode json = new JsonMapper().readTree(Pictures.golden("preprocess.json"));
    List<Golden> goldens = new ArrayList<>();
    for (JsonNode picture : json.get("cases")) {
      String file = picture.get("file").stringValue();
      json.get("presets")
          .forEachEntry(
              (name, preset) -> {
                if (Pictures.GOLDEN.resolve(file + "." + name + ".png").toFile().exists()) {
                  goldens.add(
                      new Golden(
                          file,
                          name,
                          new Preset(
                              preset.get(0).intValue(),
                              preset.get(1).intValue(),
                              Interpolation.valueOf(preset.get(2).stringValue().toUpperCase()))));
                }
              });
    }
    return goldens.stream();
  }

  @Test
  void goldens_areAllThere() {
    assertThat(goldens()).hasSizeGreaterThanOrEqualTo(50);
  }

  @ParameterizedTest
  @MethodSource("goldens")
  void crop_ofAGolden_isPillows(Golden golden) throws IOException {
    byte[] expected = Pictures.rgb(Pictures.golden(golden.file() + "." + golden.preset() + ".png"));
    byte[] crop = Pictures.crop(Pictures.golden(golden.file()), golden.square());
    assertThat(crop).hasSameSizeAs(expected);
    int different = Pictures.different(expected, crop);
    int furthest = Pictures.furthest(expected, crop);
    if (golden.file().equals("cmyk.jpg")) {
      assertThat(furthest).isLessThanOrEqualTo(2);
    } else if (golden.file().endsWith(".jpg") || golden.file().equals("lossy.webp")) {
      assertThat(furthest).isLessThanOrEqualTo(1);
      assertThat(different).isLessThanOrEqualTo(expected.length / 100);
    } else {
      assertThat(different).isZero();
    }
  }

  @ParameterizedTest
  @EnumSource(Interpolation.class)
  void crop_ofRandomSizes_isThatOfTheArithmeticWrittenASecondTime(Interpolation interpolation) {
    Random random = new Random(interpolation.ordinal());
    PictureDecoder decoder = Pictures.decoder(DecodeMode.EXACT);
    for (int i = 0; i < RANDOM_SIZES; i++) {
      int[][][] picture =
          noise(random, 1 + random.nextInt(LONGEST_SIDE), 1 + random.nextInt(LONGEST_SIDE));
      int crop = 1 + random.nextInt(32);
      Preset preset = new Preset(crop + random.nextInt(16), crop, interpolation);
      byte[] file = Pictures.bmp(picture);
      byte[] found = decoder.crop(Picture.read(file, ImageLimits.DEFAULT), preset);
      int[][][] expected = PillowResize.crop(picture, preset);
      for (int y = 0; y < crop; y++) {
        for (int x = 0; x < crop; x++) {
          for (int c = 0; c < 3; c++) {
            if ((found[3 * (y * crop + x) + c] & 255) != expected[y][x][c]) {
              throw new AssertionError(
                  "%d×%d by %s differs at %d, %d"
                      .formatted(picture[0].length, picture.length, preset, x, y));
            }
          }
        }
      }
    }
  }

  @Test
  void crop_fast_ofALargePhoto_isNearTheExactOne() throws IOException {
    byte[] file = Pictures.golden("phone-4000x3000.jpg");
    byte[] expected = Pictures.rgb(Pictures.golden("phone-4000x3000.jpg.v1.png"));
    byte[] fast =
        Pictures.decoder(DecodeMode.FAST)
            .crop(
                Picture.read(file, ImageLimits.DEFAULT),
                new Preset(256, 224, Interpolation.BILINEAR));
    long sum = 0;
    for (int i = 0; i < expected.length; i++) {
      sum += Math.abs((expected[i] & 255) - (fast[i] & 255));
    }
    assertThat((double) sum / expected.length).isPositive().isLessThan(2);
  }

  private static int[][][] noise(Random random, int width, int height) {
    int[][][] picture = new int[height][width][3];
    for (int[][] row : picture) {
      for (int[] pixel : row) {
        for (int c = 0; c < 3; c++) {
          pixel[c] = random.nextInt(256);
        }
      }
    }
    return picture;
  }
}
