package org.resnetserving.image;

import java.nio.ByteBuffer;
import org.resnetserving.problem.ProblemException;

/** A GIF's first frame on its screen, as indices. */
final class GifRows implements PixelRows {
  private static final int MOST_CODES = 4096;

  /** The tables of codes and the palette. */
  static final long HEAP_BYTES = 10L * MOST_CODES;

  /** Where each interlacing pass begins and how far its rows are apart. */
  private static final int[][] PASSES = {{0, 8}, {4, 8}, {2, 4}, {1, 2}};

  private final GifHeader header;
  private final byte[] file;
  private final Bytes bytes;
  private final NativeBuffer frame;
  private final byte[] palette = new byte[3 * 256];

  GifRows(byte[] file, GifHeader header, Runnable check) {
    this.header = header;
    this.file = file;
    this.bytes = Bytes.littleEndian(PictureFormat.GIF, file);
    for (int i = 0; i < 256; i++) {
      for (int j = 0; j < 3; j++) {
        // Without a palette an index is a grey.
        palette[3 * i + j] = header.paletteEntries() == 0 ? (byte) i : 0;
      }
    }
    System.arraycopy(file, header.palette(), palette, 0, 3 * header.paletteEntries());
    this.frame = new NativeBuffer((long) header.frameWidth() * header.frameHeight());
    try {
      decode(check);
    } catch (RuntimeException e) {
      frame.close();
      throw e;
    }
  }

  @Override
  public int width() {
    return header.width();
  }

  @Override
  public int height() {
    return header.height();
  }

  @Override
  public void read(int y, int from, int to, byte[] rgb) {
    int line = y - header.top();
    boolean inFrame = line >= 0 && line < header.frameHeight();
    for (int x = from; x < to; x++) {
      int column = x - header.left();
      int index =
          inFrame && column >= 0 && column < header.frameWidth()
              ? frame.bytes().get(line * header.frameWidth() + column) & 0xFF
              : header.background();
      System.arraycopy(palette, 3 * index, rgb, 3 * (x - from), 3);
    }
  }

  @Override
  public void close() {
    frame.close();
  }

  /** Where the {@code i}th row of data goes. */
  private int line(int i) {
    if (!header.interlaced()) {
      return i;
    }
    int left = i;
    for (int[] pass : PASSES) {
      int rows = Math.max(0, (header.frameHeight() - pass[0] + pass[1] - 1) / pass[1]);
      if (left < rows) {
        return pass[0] + left * pass[1];
      }
      left -= rows;
    }
    throw new IllegalArgumentException("Row " + i + " of " + header.frameHeight());
  }

  private void decode(Runnable check) {
    int symbolBits = bytes.u8(header.data());
    if (symbolBits < 1 || symbolBits > 8) {
      throw corrupt("its codes begin at %d bits".formatted(symbolBits));
    }
    int clear = 1 << symbolBits;
    int[] prefixes = new int[MOST_CODES];
    byte[] suffixes = new byte[MOST_CODES];
    byte[] string = new byte[MOST_CODES + 1];
    int codes = clear + 2;
    int codeBits = symbolBits + 1;
    int last = -1;
    int first = 0;
    Output output = new Output();
    CodeReader reader = new CodeReader(header.data() + 1);
    while (!output.full()) {
      if (reader.block()) {
        check.run();
      }
      int code = reader.next(codeBits);
      if (code == clear) {
        codes = clear + 2;
        codeBits = symbolBits + 1;
        last = -1;
        continue;
      }
      if (code == clear + 1) {
        throw BadPicture.truncated(PictureFormat.GIF, "its data end before its last row");
      }
      if (code > codes || (code == codes && last < 0) || (last < 0 && code > clear)) {
        throw corrupt("code %d is not known yet".formatted(code));
      }
      // The string of a code that is just being made is the last one and its own first symbol.
      int length = 0;
      int rest = code;
      if (code == codes) {
        string[length++] = (byte) first;
        rest = last;
      }
      while (rest >= clear) {
        string[length++] = suffixes[rest];
        rest = prefixes[rest];
      }
      first = rest;
      string[length++] = (byte) rest;
      while (length > 0 && !output.full()) {
        output.put(string[--length]);
      }
      if (last >= 0 && codes < MOST_CODES) {
        prefixes[codes] = last;
        suffixes[codes] = (byte) first;
        codes++;
        if (codes == 1 << codeBits && codeBits < 12) {
          codeBits++;
        }
      }
      last = code;
    }
  }

  private static ProblemException corrupt(String what) {
    return BadPicture.corrupt(PictureFormat.GIF, what);
  }

  /** Takes the frame's indices in the order of the data. */
  private final class Output {
    private final ByteBuffer target = frame.bytes();
    private int rows;
    private int column;
    private int at = line(0) * header.frameWidth();

    boolean full() {
      return rows == header.frameHeight();
    }

    void put(byte index) {
      target.put(at + column, index);
      if (++column == header.frameWidth()) {
        column = 0;
        rows++;
        at = full() ? 0 : line(rows) * header.frameWidth();
      }
    }
  }

  /** Reads codes, lowest bit first, from data in blocks of up to 255 bytes. */
  private final class CodeReader {
    private int at;
    private int leftInBlock;
    private int bits;
    private int bitCount;

    CodeReader(int at) {
      this.at = at;
    }

    /** Whether the next code begins a block of data. */
    boolean block() {
      return leftInBlock == 0;
    }

    int next(int length) {
      while (bitCount < length) {
        if (leftInBlock == 0) {
          leftInBlock = bytes.u8(at++);
          if (leftInBlock == 0) {
            throw BadPicture.truncated(PictureFormat.GIF, "its data end before its last row");
          }
          bytes.require(at, leftInBlock);
        }
        bits |= (file[at++] & 0xFF) << bitCount;
        bitCount += 8;
        leftInBlock--;
      }
      int code = bits & ((1 << length) - 1);
      bits >>>= length;
      bitCount -= length;
      return code;
    }
  }
}
