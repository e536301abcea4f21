package org.resnetserving.weights;

import java.nio.ByteBuffer;

/**
 * Types of a tensor's elements. Only the floating-point ones that ResNets come in are converted.
 */
public enum Dtype {
  F64(64),
  F32(32),
  F16(16),
  BF16(16),
  I64(64),
  I32(32),
  I16(16),
  I8(8),
  U64(64),
  U32(32),
  U16(16),
  U8(8),
  BOOL(8),
  C64(64),
  C128(128),
  F8_E5M2(8),
  F8_E4M3(8),
  F8_E8M0(8),
  F8_E4M3FNUZ(8),
  F8_E5M2FNUZ(8),
  F6_E2M3(6),
  F6_E3M2(6),
  F4(4);

  private final int bits;

  Dtype(int bits) {
    this.bits = bits;
  }

  public int bits() {
    return bits;
  }

  /** Size of an element; only for types of whole bytes. */
  public int bytes() {
    if (bits % 8 != 0) {
      throw new IllegalStateException(this + " elements are not whole bytes");
    }
    return bits / 8;
  }

  public boolean isFloatingPoint() {
    return this == F64 || this == F32 || this == F16 || this == BF16;
  }

  /** The element at a byte index of a little-endian buffer. */
  float toFloat(ByteBuffer bytes, int index) {
    return switch (this) {
      case F64 -> (float) bytes.getDouble(index);
      case F32 -> bytes.getFloat(index);
      case BF16 -> Float.intBitsToFloat(bytes.getShort(index) << 16);
      case F16 -> halfToFloat(bytes.getShort(index));
      default -> throw new IllegalStateException(this + " is not floating point");
    };
  }

  /** IEEE 754 binary16; {@code Float.float16ToFloat} is of Java 20. */
  private static float halfToFloat(short half) {
    int sign = (half & 0x8000) << 16;
    int exponent = (half >> 10) & 0x1f;
    int fraction = half & 0x3ff;
    if (exponent == 0x1f) {
      return Float.intBitsToFloat(sign | 0x7f800000 | fraction << 13);
    }
    if (exponent == 0) {
      float magnitude = fraction * 0x1p-24f;
      return sign == 0 ? magnitude : -magnitude;
    }
    return Float.intBitsToFloat(sign | (exponent + 112) << 23 | fraction << 13);
  }
}
