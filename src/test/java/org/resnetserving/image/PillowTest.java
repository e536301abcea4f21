package org.resnetserving.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The middle square of small pictures of every kind, as Pillow 12.3 decodes it: depths, colour
 * types, palettes too short, transparency, frames beside their screen, orientations, run lengths,
 * strips, tiles, planes and predictors.
 */
final class PillowTest {
  private static final Path FOLDER = Path.of("src/test/resources/pillow");
  private static final String EXPECTED = ".full.png";

  static List<Path> pictures() throws IOException {
    try (Stream<Path> files = Files.list(FOLDER)) {
      return files.filter(file -> !file.toString().endsWith(EXPECTED)).sorted().toList();
    }
  }

  @Test
  void pictures_areAllThere() throws IOException {
    assertThat(pictures()).hasSize(116);
  }

  @ParameterizedTest
  @MethodSource("pictures")
  void picture_isDecodedAsByPillow(Path picture) throws IOException {
    byte[] expected = Pictures.rgb(Files.readAllBytes(Path.of(picture + EXPECTED)));
    int side = (int) Math.sqrt(expected.length / 3.0);
    // Nothing is resized and nothing interpolated: these are the decoded pixels.
    Preset preset = new Preset(side, side, Interpolation.BILINEAR);
    byte[] found = Pictures.crop(Files.readAllBytes(picture), preset);
    String name = picture.getFileName().toString();
    boolean inverted =
        name.endsWith(".jpg") && (name.startsWith("cmyk") || name.startsWith("ycck"));
    if (inverted) {
      assertThat(Pictures.furthest(expected, found)).isLessThanOrEqualTo(2);
    } else if (name.matches(".*\\.(jpg|webp)|.*jpeg.*|jo.*")) {
      assertThat(Pictures.furthest(expected, found)).isLessThanOrEqualTo(1);
      assertThat(Pictures.different(expected, found)).isLessThanOrEqualTo(expected.length / 100);
    } else {
      assertThat(found).isEqualTo(expected);
    }
  }
}
