package org.resnetserving.network;

import java.nio.ByteBuffer;

/** How a stored tensor holds its numbers. */
enum Element {
  FLOAT32("FloatStorage", 4, 6, -Float.MAX_VALUE) {
    @Override
    void put(ByteBuffer target, float value) {
      target.putFloat(value);
    }
  },
  BFLOAT16("BFloat16Storage", 2, 15, -0x1.FEp127) {
    @Override
    void put(ByteBuffer target, float value) {
      int bits = Float.floatToRawIntBits(value);
      target.putShort((short) ((bits + 0x7FFF + ((bits >>> 16) & 1)) >>> 16));
    }
  },
  FLOAT16("HalfStorage", 2, 5, -65504) {
    @Override
    void put(ByteBuffer target, float value) {
      target.putShort(half(value));
    }
  },
  INT8("CharStorage", 1, 1, -128) {
    @Override
    void put(ByteBuffer target, float value) {
      target.put((byte) Math.rint(value));
    }
  };

  private final String storage;
  private final int bytes;
  private final int scalarType;
  private final double lowest;

  Element(String storage, int bytes, int scalarType, double lowest) {
    this.storage = storage;
    this.bytes = bytes;
    this.scalarType = scalarType;
    this.lowest = lowest;
  }

  /** Name of libtorch's storage class. */
  String storage() {
    return storage;
  }

  /** libtorch's number for it, as programs write it. */
  int scalarType() {
    return scalarType;
  }

  /** The least number that it can hold. */
  double lowest() {
    return lowest;
  }

  /** Size of one number. */
  int bytes() {
    return bytes;
  }

  /** Appends a number, rounded to nearest, ties to even. */
  abstract void put(ByteBuffer target, float value);

  /** Rounds to IEEE half precision, ties to even; beyond its range, to infinity. */
  private static short half(float value) {
    int bits = Float.floatToRawIntBits(value);
    int sign = (bits >>> 16) & 0x8000;
    float magnitude = Math.abs(value);
    if (magnitude >= 65520f) {
      return (short) (sign | 0x7C00);
    } else if (magnitude < 0x1p-14f) {
      return (short) (sign | (int) Math.rint(magnitude * 0x1p24));
    }
    int rest = bits & 0x7FFFFFFF;
    int rounded = rest + 0xFFF + ((rest >>> 13) & 1);
    return (short) (sign | ((rounded >>> 13) - (112 << 10)));
  }
}
