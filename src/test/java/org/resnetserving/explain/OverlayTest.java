package org.resnetserving.explain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Test;
import org.resnetserving.image.ColorScale;
import org.resnetserving.image.Geometry;

final class OverlayTest {
  private static final byte GREY = 100;
  private static final ClassActivationMap RAMP =
      new ClassActivationMap(0, 1, 2, new float[] {-1, 3}, 0);

  /** Red is the level. */
  private static final byte[] TABLE = new byte[3 * 256];

  static {
    for (int level = 0; level < 256; level++) {
      TABLE[3 * level] = (byte) level;
    }
  }

  /** A picture of 8 × 4 of which the network sees the middle 4 × 4. */
  private static final Geometry MIDDLE = new Geometry(8, 4, 1, 8, 4, 2, 0);

  @Test
  void map_isBilinearBetweenMiddlesAndFlatBeyond() {
    int[] reds = reds(paint(new Overlay(RAMP, MIDDLE, 4, ColorScale.VIRIDIS, 1), 8, 4), 8);
    // Middles of the cells at 1/4 and 3/4: columns at 1/8, 3/8, 5/8, 7/8.
    assertThat(reds).containsExactly(GREY, GREY, 0, 64, 191, 255, GREY, GREY);
  }

  @Test
  void picture_outsideOfTheCrop_isLeftAsItIs() {
    byte[] painted = paint(new Overlay(RAMP, MIDDLE, 4, ColorScale.VIRIDIS, 0.5), 8, 4);
    assertThat(Arrays.copyOfRange(painted, 0, 6)).containsOnly(GREY);
    // Half of grey and half of the first colour, which is black.
    assertThat(Arrays.copyOfRange(painted, 6, 9)).containsOnly(GREY / 2);
  }

  @Test
  void picture_atAnotherSize_isPaintedAtTheSamePlace() {
    int[] reds = reds(paint(new Overlay(RAMP, MIDDLE, 4, ColorScale.VIRIDIS, 1), 16, 8), 16);
    assertThat(Arrays.copyOfRange(reds, 0, 6)).containsExactly(GREY, GREY, GREY, GREY, 0, 0);
    assertThat(Arrays.copyOfRange(reds, 10, 16)).containsExactly(255, 255, GREY, GREY, GREY, GREY);
  }

  @Test
  void letterbox_reachesBeyondThePicture() {
    // 8 × 4 shown as 8 × 8, with two rows of padding above and two below.
    Geometry letterbox = new Geometry(8, 4, 1, 8, 4, 0, -2);
    ClassActivationMap rows = new ClassActivationMap(0, 4, 1, new float[] {0, 1, 2, 3}, 0);
    byte[] painted = paint(new Overlay(rows, letterbox, 8, ColorScale.VIRIDIS, 1), 8, 4);
    int[] column = new int[4];
    for (int y = 0; y < 4; y++) {
      column[y] = painted[3 * 8 * y] & 0xFF;
    }
    // Rows 2.5 to 5.5 of eight: 0.75, 1.25, 1.75 and 2.25 of three.
    assertThat(column).containsExactly(64, 106, 149, 191);
  }

  @Test
  void map_ofEqualValues_isTheFirstColour() {
    ClassActivationMap flat = new ClassActivationMap(0, 1, 1, new float[] {7}, 0);
    assertThat(reds(paint(new Overlay(flat, MIDDLE, 4, ColorScale.VIRIDIS, 1), 8, 4), 8)[3])
        .isZero();
  }

  @Test
  void opacity_ofNothing_isThePicture() {
    assertThat(paint(new Overlay(RAMP, MIDDLE, 4, ColorScale.VIRIDIS, 0), 8, 4)).containsOnly(GREY);
  }

  @Test
  void check_thatThrows_endsTheWork() {
    Overlay overlay = new Overlay(RAMP, MIDDLE, 4, ColorScale.VIRIDIS, 1);
    assertThatThrownBy(
            () ->
                overlay.paint(
                    new byte[96],
                    8,
                    4,
                    TABLE,
                    () -> {
                      throw new CancellationException();
                    }))
        .isInstanceOf(CancellationException.class);
  }

  private static byte[] paint(Overlay overlay, int width, int height) {
    byte[] rgb = new byte[3 * width * height];
    Arrays.fill(rgb, GREY);
    overlay.paint(rgb, width, height, TABLE, () -> {});
    return rgb;
  }

  private static int[] reds(byte[] rgb, int width) {
    int[] reds = new int[width];
    for (int x = 0; x < width; x++) {
      reds[x] = rgb[3 * x] & 0xFF;
    }
    return reds;
  }
}
