package org.resnetserving.network;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ElementTest {

  /** Halfway between two numbers: the one whose last bit is 0. */
  @ParameterizedTest
  @CsvSource({
    "3f800000, 3f80",
    "3f808000, 3f80",
    "3f818000, 3f82",
    "3f808001, 3f81",
    "c0490fdb, c049"
  })
  void bfloat16_roundsToNearestTiesToEven(String single, String half) {
    ByteBuffer bytes = ByteBuffer.allocate(2);

    Element.BFLOAT16.put(bytes, Float.intBitsToFloat(Integer.parseUnsignedInt(single, 16)));

    assertThat(bytes.getShort(0)).isEqualTo((short) Integer.parseInt(half, 16));
  }
}
