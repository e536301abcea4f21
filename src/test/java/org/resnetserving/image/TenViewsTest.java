package org.resnetserving.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The ten views of a picture are those of torchvision's {@code TenCrop}: {@code tencrop/*.ten.png}
 * have the ten below each other, made by torchvision 0.29.2 and Pillow 12.3.
 */
final class TenViewsTest {
  private static final Path FOLDER = Path.of("src/test/resources/tencrop");

  /**
   * Where in torchvision's order ours are: the middle, then the corners; then the mirror image's.
   */
  private static final int[] ORDER = {4, 0, 1, 2, 3, 9, 6, 5, 8, 7};

  @ParameterizedTest
  @CsvSource({
    "wide, 24, 16, BILINEAR, 10",
    "tall, 20, 16, BICUBIC, 10",
    // As high as the crop: upper and lower corners are the same.
    "flat, 16, 16, BICUBIC, 6",
    "square, 16, 16, BILINEAR, 2"
  })
  void views_areThoseOfTorchvision(
      String name, int resize, int crop, Interpolation interpolation, int distinct)
      throws IOException {
    Preset preset = new Preset(resize, crop, interpolation);
    Picture picture = read(name + ".png");
    Cut cut = Cut.tenViews(picture, preset);
    List<Decoded> views = Pictures.decoder(DecodeMode.EXACT).views(picture, cut, () -> {});
    byte[] strip = Pictures.rgb(Files.readAllBytes(FOLDER.resolve(name + ".ten.png")));
    assertThat(views).hasSize(distinct).hasSize(cut.size());
    assertThat(cut.times().stream().mapToInt(Integer::intValue).sum()).isEqualTo(10);
    for (int i = 0; i < views.size(); i++) {
      byte[] view = views.get(i).pixels();
      long same =
          Arrays.stream(ORDER)
              .filter(at -> Arrays.equals(view, square(strip, at, preset.cropBytes())))
              .count();
      assertThat(same)
          .as("view %d among torchvision's", i)
          .isEqualTo(cut.times().get(i).longValue());
      if (distinct == 10) {
        assertThat(view).isEqualTo(square(strip, ORDER[i], preset.cropBytes()));
      }
    }
    assertThat(views.get(0).pixels())
        .isEqualTo(Pictures.crop(Files.readAllBytes(FOLDER.resolve(name + ".png")), preset));
  }

  @Test
  void views_ofALongPicture_takeNoMoreThanTheirRowsAndThemselves() {
    Preset preset = new Preset(256, 224, Interpolation.BILINEAR);
    Extent extent = new Extent(ImageLimits.MAX_SIDE, 40, 1);
    long one = Resampler.heapBytes(extent, Cut.crop(extent, preset));
    assertThat(Resampler.heapBytes(extent, Cut.tenViews(extent, preset)))
        .isBetween(10L * preset.cropBytes(), 10 * one + 3L * ImageLimits.MAX_SIDE);
  }

  @ParameterizedTest
  @EnumSource(
      value = ResizeMode.class,
      names = {"SQUASH", "LETTERBOX"})
  void views_ofAPictureMadeToFit_thereAreNone(ResizeMode mode) throws IOException {
    Preset preset = new Preset(16, 16, Interpolation.BILINEAR, mode, 0, false);
    assertThat(preset.hasTenViews()).isFalse();
    Picture picture = read("wide.png");
    assertThatThrownBy(() -> Cut.tenViews(picture, preset))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(new Preset(15, 16, Interpolation.BILINEAR).hasTenViews()).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "41, 29, 1, 20, 20, 14",
    "41, 29, 6, 20, 14, 20",
    "41, 29, 1, 64, 41, 29",
    "900, 2, 1, 30, 30, 1"
  })
  void whole_isUprightAndBounded(
      int width, int height, int orientation, int longest, int seenWidth, int seenHeight) {
    Cut whole = Cut.whole(new Extent(width, height, orientation), longest);
    assertThat(whole.width()).isEqualTo(seenWidth);
    assertThat(whole.height()).isEqualTo(seenHeight);
  }

  @Test
  void whole_isPillowsResize() throws IOException {
    Picture picture = read("wide.png");
    byte[] stored = Pictures.rgb(Files.readAllBytes(FOLDER.resolve("wide.png")));
    int[][][] rows = new int[29][41][3];
    for (int i = 0; i < stored.length; i++) {
      rows[i / 3 / 41][i / 3 % 41][i % 3] = stored[i] & 0xFF;
    }
    int[][][] expected = PillowResize.resize(rows, 20, 14, Interpolation.BILINEAR);
    byte[] found =
        Pictures.decoder(DecodeMode.EXACT)
            .views(picture, Cut.whole(picture, 20), () -> {})
            .get(0)
            .pixels();
    for (int i = 0; i < found.length; i++) {
      assertThat(found[i] & 0xFF).isEqualTo(expected[i / 3 / 20][i / 3 % 20][i % 3]);
    }
  }

  private static Picture read(String name) throws IOException {
    return Picture.read(Files.readAllBytes(FOLDER.resolve(name)), ImageLimits.DEFAULT);
  }

  private static byte[] square(byte[] strip, int at, int bytes) {
    return Arrays.copyOfRange(strip, at * bytes, (at + 1) * bytes);
  }
}
