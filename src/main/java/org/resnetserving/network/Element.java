package org.resnetserving.network;

import java.nio.ByteBuffer;

/** How a stored tensor holds its numbers. */
enum Element {
  FLOAT32("FloatStorage", 4) {
    @Override
    void put(ByteBuffer target, float value) {
      target.putFloat(value);
    }
  },
  BFLOAT16("BFloat16Storage", 2) {
    @Override
    void put(ByteBuffer target, float value) {
      int bits = Float.floatToRawIntBits(value);
      target.putShort((short) ((bits + 0x7FFF + ((bits >>> 16) & 1)) >>> 16));
    }
  },
  INT8("CharStorage", 1) {
    @Override
    void put(ByteBuffer target, float value) {
      target.put((byte) Math.rint(value));
    }
  };

  private final String storage;
  private final int bytes;

  Element(String storage, int bytes) {
    this.storage = storage;
    this.bytes = bytes;
  }

  /** Name of libtorch's storage class. */
  String storage() {
    return storage;
  }

  /** Size of one number. */
  int bytes() {
    return bytes;
  }

  /** Appends a number, rounded to nearest, ties to even. */
  abstract void put(ByteBuffer target, float value);
}
