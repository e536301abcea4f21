package org.resnetserving.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class PresetTest {
  @ParameterizedTest
  @ValueSource(ints = {0, -1, 2049, Integer.MAX_VALUE})
  void side_thatMakesNoSense_isRefused(int side) {
    assertThatThrownBy(() -> new Preset(side, 224, Interpolation.BILINEAR))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("A preset's resize is 1 to 2048 pixels, not " + side);
    assertThatThrownBy(() -> new Preset(256, side, Interpolation.BILINEAR))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("A preset's crop is 1 to 2048 pixels, not " + side);
  }

  @Test
  void largestCrop_fitsAnArray() {
    assertThat(new Preset(2048, 2048, Interpolation.BICUBIC).cropBytes())
        .isEqualTo(3 * 2048 * 2048);
  }

  @ParameterizedTest
  @ValueSource(longs = {0, -1, 700_000_001, Long.MAX_VALUE})
  void limit_thatMakesNoSense_isRefused(long pixels) {
    assertThatThrownBy(() -> new ImageLimits(pixels))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("1 to 700000000, not " + pixels);
  }
}
