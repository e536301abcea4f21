package org.resnetserving.image;

/**
 * A JPEG's components and how their blocks of 8 x 8 samples lie, as its frame header says.
 *
 * @param at where the frame header's segment begins, at its length
 * @param across the most blocks of a component side by side in a unit (MCU)
 * @param down the same one below the other
 */
record JpegFrame(Bytes bytes, int at, int width, int height, int components, int across, int down) {
  private static final int MOST_FACTOR = 4;

  static JpegFrame read(Bytes bytes, int at) {
    int components = bytes.u8(at + 7);
    if (components != 1 && components != 3 && components != 4) {
      throw BadPicture.unsupported("This JPEG has %d components.".formatted(components));
    }
    int across = 1;
    int down = 1;
    for (int i = 0; i < components; i++) {
      int factors = bytes.u8(at + 9 + 3 * i);
      int h = factors >> 4;
      int v = factors & 15;
      if (h < 1 || v < 1 || h > MOST_FACTOR || v > MOST_FACTOR) {
        throw BadPicture.corrupt(
            PictureFormat.JPEG, "component %d is sampled %d x %d".formatted(i, h, v));
      }
      across = Math.max(across, h);
      down = Math.max(down, v);
    }
    return new JpegFrame(bytes, at, bytes.u16(at + 5), bytes.u16(at + 3), components, across, down);
  }

  /** Which component has this identifier; -1 where none has. */
  int index(int id) {
    for (int i = 0; i < components; i++) {
      if (bytes.u8(at + 8 + 3 * i) == id) {
        return i;
      }
    }
    return -1;
  }

  /** How many blocks of a component are in one unit of a scan of several. */
  int blocksInUnit(int component) {
    return h(component) * v(component);
  }

  /** How many units a scan of several components has. */
  long units() {
    return (long) ceil(width, 8 * across) * ceil(height, 8 * down);
  }

  /** How many blocks a scan of this component alone has. */
  long blocks(int component) {
    return (long) ceil(width * h(component), 8 * across) * ceil(height * v(component), 8 * down);
  }

  private int h(int component) {
    return bytes.u8(at + 9 + 3 * component) >> 4;
  }

  private int v(int component) {
    return bytes.u8(at + 9 + 3 * component) & 15;
  }

  private static int ceil(int a, int b) {
    return (a + b - 1) / b;
  }
}
