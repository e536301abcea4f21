package org.resnetserving.faults;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** A black TIFF of few bytes, of whose tiles as many lie side by side as may: each has tables. */
final class WideTiff {
  private static final int ACROSS = 512;
  private static final int DOWN = 10;
  private static final int PLANES = 3;
  private static final int SIDE = 16;
  private static final int ENTRIES = 11;
  private static final int SHORT = 3;
  private static final int LONG = 4;
  private static final int LZW = 5;

  private WideTiff() {}

  static byte[] bytes() {
    byte[] tile = tile();
    int tiles = PLANES * ACROSS * DOWN;
    int directory = 8;
    int bits = directory + 2 + ENTRIES * 12 + 4;
    int data = bits + 2 * PLANES;
    int offsets = data + tile.length + tile.length % 2;
    int lengths = offsets + 4 * tiles;
    ByteBuffer file = ByteBuffer.allocate(lengths + 4 * tiles).order(ByteOrder.LITTLE_ENDIAN);
    file.put((byte) 'I').put((byte) 'I').putShort((short) 42).putInt(directory);
    file.putShort((short) ENTRIES);
    entry(file, 256, LONG, 1, ACROSS * SIDE); // width
    entry(file, 257, LONG, 1, DOWN * SIDE); // height
    entry(file, 258, SHORT, PLANES, bits);
    entry(file, 259, SHORT, 1, LZW);
    entry(file, 262, SHORT, 1, 2); // RGB
    entry(file, 277, SHORT, 1, PLANES);
    entry(file, 284, SHORT, 1, 2); // planar
    entry(file, 322, LONG, 1, SIDE);
    entry(file, 323, LONG, 1, SIDE);
    entry(file, 324, LONG, tiles, offsets);
    entry(file, 325, LONG, tiles, lengths);
    file.putInt(0);
    for (int i = 0; i < PLANES; i++) {
      file.putShort((short) 8);
    }
    file.put(tile);
    file.position(offsets);
    for (int i = 0; i < tiles; i++) {
      file.putInt(data);
    }
    for (int i = 0; i < tiles; i++) {
      file.putInt(tile.length);
    }
    return file.array();
  }

  private static void entry(ByteBuffer file, int tag, int type, int count, int value) {
    file.putShort((short) tag).putShort((short) type).putInt(count).putInt(value);
  }

  /** A black tile by LZW, whose codes stay at nine bits. */
  private static byte[] tile() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    int bits = 0;
    int count = 0;
    int[] codes = new int[SIDE * SIDE + 4];
    int n = 0;
    for (int i = 0; i < SIDE * SIDE; i++) {
      if (i % 128 == 0) {
        codes[n++] = 256;
      }
      codes[n++] = 0;
    }
    codes[n++] = 257;
    for (int i = 0; i < n; i++) {
      bits = bits << 9 | codes[i];
      count += 9;
      while (count >= 8) {
        count -= 8;
        out.write(bits >> count);
      }
    }
    out.write(bits << 8 - count);
    return out.toByteArray();
  }
}
