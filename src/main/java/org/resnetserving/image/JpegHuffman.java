package org.resnetserving.image;

/** One Huffman code of a JPEG: for each length, the first code and where its symbols begin. */
final class JpegHuffman {
  private final int[] first = new int[17];
  private final int[] counts = new int[17];
  private final int[] indices = new int[17];
  private final byte[] file;
  private final int symbols;

  /**
   * @param at where the sixteen counts of codes of each length begin in the file
   */
  JpegHuffman(byte[] file, int at) {
    this.file = file;
    this.symbols = at + 16;
    int code = 0;
    int index = 0;
    for (int length = 1; length <= 16; length++) {
      first[length] = code;
      counts[length] = file[at + length - 1] & 0xFF;
      indices[length] = index;
      code = (code + counts[length]) << 1;
      index += counts[length];
    }
  }

  /** How many symbols there are. */
  int size() {
    return indices[16] + counts[16];
  }

  /** Which symbol a code of that length is; -1 if it is none. */
  int index(int code, int length) {
    int i = code - first[length];
    return i >= 0 && i < counts[length] ? indices[length] + i : -1;
  }

  int symbol(int index) {
    return file[symbols + index] & 0xFF;
  }
}
