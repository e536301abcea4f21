package org.resnetserving.image;

/**
 * The bits of a JPEG's entropy-coded data, up to the next marker. Bits are fetched as libjpeg
 * fetches them, because Pillow calls a file truncated when that wants a byte that is not there.
 */
final class JpegBits {
  /** libjpeg fills its 64 bits until fewer than a byte is free. */
  private static final int FULL = 57;

  private static final int FAST_BYTES = 512;
  private static final int FAST_LOW = 16;
  private static final int FAST_MORE = 48;
  private static final int LOOK_AHEAD = 8;

  private final byte[] file;
  private int next;
  private long buffer;
  private int count;
  private boolean fast;
  private boolean marker;
  private boolean ended;
  private boolean lacking;

  JpegBits(byte[] file, int from) {
    this.file = file;
    this.next = from;
  }

  /**
   * Begins a unit. libjpeg has a faster way of fetching where enough bytes are left.
   *
   * @param blocks how many blocks the unit has
   */
  void unit(int blocks) {
    fast = !marker && file.length - next >= FAST_BYTES * blocks;
  }

  /** Whether bits were asked for that are not there. */
  boolean exhausted() {
    return lacking || ended;
  }

  /** Goes behind the restart marker that comes next; says whether there is one. */
  boolean restart() {
    count = 0;
    buffer = 0;
    while (next + 1 < file.length) {
      if (file[next] == -1 && file[next + 1] != 0 && file[next + 1] != -1) {
        int found = file[next + 1] & 0xFF;
        if (found < 0xD0 || found > 0xD7) {
          return false;
        }
        next += 2;
        marker = false;
        lacking = false;
        return true;
      }
      next++;
    }
    ended = true;
    return false;
  }

  /** The next symbol of a Huffman code; 0 for bits that are none, as libjpeg takes them. */
  int symbol(JpegHuffman code) {
    prepare(LOOK_AHEAD);
    int length = 1;
    int value = 0;
    for (; length <= 16; length++) {
      if (length > count) {
        fill(FULL);
        if (length > count) {
          lacking = true;
          return 0;
        }
      }
      value = (int) (buffer >>> (count - length)) & ((1 << length) - 1);
      int index = code.index(value, length);
      if (index >= 0) {
        count -= length;
        return code.symbol(index);
      }
    }
    count -= 16;
    return 0;
  }

  /** Takes so many bits, and gives them. */
  int take(int bits) {
    prepare(bits);
    if (count < bits) {
      lacking = true;
      count = 0;
      return 0;
    }
    count -= bits;
    return (int) (buffer >>> count) & ((1 << bits) - 1);
  }

  private void prepare(int needed) {
    if (fast && count <= FAST_LOW && needed > 0) {
      fill(count + FAST_MORE);
    } else if (count < needed) {
      fill(FULL);
    }
  }

  private void fill(int enough) {
    while (count < enough && !marker && !ended) {
      if (next >= file.length) {
        ended = true;
        return;
      }
      int value = file[next] & 0xFF;
      if (value == 0xFF) {
        int after = next + 1;
        while (after < file.length && file[after] == -1) {
          after++;
        }
        if (after >= file.length) {
          ended = true;
          return;
        }
        if (file[after] != 0) {
          marker = true;
          return;
        }
        next = after;
      }
      next++;
      buffer = buffer << 8 | value;
      count += 8;
    }
  }
}
