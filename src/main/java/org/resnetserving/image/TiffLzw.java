package org.resnetserving.image;

/** LZW as TIFF has it: codes of 9 to 12 bits, highest bit first, longer one code early. */
final class TiffLzw implements TiffStream {
  private static final int CLEAR = 256;
  private static final int END = 257;
  private static final int FIRST = 258;
  private static final int MOST_CODES = 4096;
  private static final int MOST_BITS = 12;

  /** The tables of codes. */
  static final long HEAP_BYTES = 4L * MOST_CODES + 256;

  private final byte[] file;
  private int to;
  private final char[] prefixes = new char[MOST_CODES];
  private final byte[] suffixes = new byte[MOST_CODES];
  private final byte[] string = new byte[MOST_CODES + 1];
  private int next;
  private int bits;
  private int bitCount;
  private int codes = FIRST;
  private int codeBits = 9;
  private int last = -1;
  private int first;
  private int waiting;

  TiffLzw(byte[] file) {
    this.file = file;
  }

  @Override
  public void open(int from, int end) {
    next = from;
    to = end;
    bits = 0;
    bitCount = 0;
    codes = FIRST;
    codeBits = 9;
    last = -1;
    waiting = 0;
  }

  @Override
  public void read(byte[] target, int at, int length) {
    for (int i = at; i < at + length; i++) {
      while (waiting == 0) {
        nextString();
      }
      target[i] = string[--waiting];
    }
  }

  /** Puts the next string, backwards, where {@link #read} takes it from. */
  private void nextString() {
    int code = nextCode();
    if (code == CLEAR) {
      codes = FIRST;
      codeBits = 9;
      last = -1;
      return;
    }
    if (code == END) {
      throw TiffStream.tooShort();
    }
    if (code > codes || (last < 0 && code > END)) {
      throw TiffDirectory.corrupt("code %d is not known yet".formatted(code));
    }
    int rest = code;
    if (code == codes) {
      string[waiting++] = (byte) first;
      rest = last;
    }
    while (rest >= FIRST) {
      string[waiting++] = suffixes[rest];
      rest = prefixes[rest];
    }
    first = rest;
    string[waiting++] = (byte) rest;
    if (last >= 0 && codes < MOST_CODES) {
      prefixes[codes] = (char) last;
      suffixes[codes] = (byte) first;
      codes++;
      if (codes == (1 << codeBits) - 1 && codeBits < MOST_BITS) {
        codeBits++;
      }
    }
    last = code;
  }

  private int nextCode() {
    while (bitCount < codeBits) {
      if (next >= to) {
        throw TiffStream.tooShort();
      }
      bits = bits << 8 | (file[next++] & 0xFF);
      bitCount += 8;
    }
    bitCount -= codeBits;
    return bits >> bitCount & ((1 << codeBits) - 1);
  }
}
