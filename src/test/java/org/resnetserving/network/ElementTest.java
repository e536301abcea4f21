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

  @ParameterizedTest
  @CsvSource({
    "1, 3c00",
    "-2, c000",
    "65504, 7bff",
    "65519.996, 7bff",
    "65520, 7c00",
    "1.00048828125, 3c00",
    "1.00146484375, 3c02",
    "0.00006103515625, 0400",
    "0.000060975551605224609375, 03ff",
    "5.9604644775390625e-8, 0001",
    "2.98023223876953125e-8, 0000",
    "-0.1, ae66"
  })
  void float16_roundsToNearestTiesToEven(float single, String half) {
    ByteBuffer bytes = ByteBuffer.allocate(2);

    Element.FLOAT16.put(bytes, single);

    assertThat(bytes.getShort(0)).isEqualTo((short) Integer.parseInt(half, 16));
  }
}
