package org.resnetserving.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;

final class PhotographsTest {
  @Test
  void small_areAsLargeAsPicturesOnTheWeb() throws IOException {
    List<byte[]> files = Photographs.SMALL.jpegs(2);
    for (byte[] file : files) {
      assertThat(file.length).isBetween(85_000, 135_000);
      BufferedImage image = ImageIO.read(new ByteArrayInputStream(file));
      assertThat(image.getWidth()).isEqualTo(512);
      assertThat(image.getHeight()).isEqualTo(384);
    }
    assertThat(files.get(0)).isNotEqualTo(files.get(1));
  }

  @Test
  void jpegs_areTheSameEachTime() {
    assertThat(Photographs.SMALL.jpegs(1).get(0)).isEqualTo(Photographs.SMALL.jpegs(1).get(0));
  }
}
