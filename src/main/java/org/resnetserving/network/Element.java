package org.resnetserving.network;

import java.nio.ByteBuffer;

/** How a stored tensor holds its numbers. */
enum Element {
  FLOAT32("FloatStorage", 4, 6) {
    @Override
    void put(ByteBuffer target, float value) {
      target.putFloat(value);
    }
  },
  BFLOAT16("BFloat16Storage", 2, 15) {
    @Override
    void put(ByteBuffer target, float value) {
      int bits = Float.floatToRawIntBits(value);
      target.putShort((short) ((bits + 0x7FFF + ((bits >>> 16) & 1)) >>> 16));
    }
  },
  INT8("CharStorage", 1, 1) {
    @Override
    void put(ByteBuffer target, float value) {
      target.put((byte) Math.rint(value));
    }
  };

  private final String storage;
  private final int bytes;
  private final int scalarType;

  Element(String storage, int bytes, int scalarType) {
    this.storage = storage;
    this.bytes = bytes;
    this.scalarType = scalarType;
  }

  /** Name of libtorch's storage class. */
  String storage() {
    return storage;
  }

  /** libtorch's number for it, as programs write it. */
  int scalarType() {
    return scalarType;
  }

  /** Size of one number. */
  int bytes() {
    return bytes;
  }

  /** Appends a number, rounded to nearest, ties to even. */
  abstract void put(ByteBuffer target, float value);
}
