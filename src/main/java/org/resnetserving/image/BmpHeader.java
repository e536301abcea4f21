package org.resnetserving.image;

import org.resnetserving.problem.ProblemException;

/**
 * A BMP's two headers.
 *
 * @param topDown whether the first row is the uppermost
 * @param layout how 16 to 32 bits are colours
 * @param palette where the colours begin in the file
 * @param paletteEntries how many there are
 * @param paletteBytes how many bytes each takes
 * @param data where the rows begin
 */
record BmpHeader(
    long width,
    long height,
    boolean topDown,
    int bits,
    int compression,
    Layout layout,
    int palette,
    int paletteEntries,
    int paletteBytes,
    int data) {
  static final int RAW = 0;
  static final int RLE8 = 1;
  static final int RLE4 = 2;

  private static final int BIT_FIELDS = 3;
  private static final int FILE_HEADER = 14;
  private static final int OLD_HEADER = 12;
  private static final int MOST_ENTRIES = 65536;

  /**
   * Where a pixel's colours lie: whole bytes at these offsets, or five and six bits of 16.
   *
   * @param green6 for 16 bits, whether green has six of them
   */
  record Layout(int red, int green, int blue, boolean green6) {
    static final Layout BGR = new Layout(2, 1, 0, false);
  }

  static BmpHeader read(byte[] file) {
    Bytes bytes = Bytes.littleEndian(PictureFormat.BMP, file);
    long size = bytes.u32(FILE_HEADER);
    boolean old = size == OLD_HEADER;
    if (!old
        && size != 40
        && size != 52
        && size != 56
        && size != 64
        && size != 108
        && size != 124) {
      throw BadPicture.unsupported("This BMP's header has " + size + " bytes.");
    }
    int info = FILE_HEADER + 4;
    bytes.require(FILE_HEADER, size);
    boolean topDown = !old && bytes.u8(info + 7) == 0xFF;
    long height = old ? bytes.u16(info + 2) : bytes.u32(info + 4);
    int bits = bytes.u16(info + (old ? 6 : 10));
    long compression = old ? RAW : bytes.u32(info + 12);
    long entries = old ? 0 : bytes.u32(info + 28);
    Layout layout = layout(bytes, bits, compression, (int) size);
    long palette = FILE_HEADER + size + (compression == BIT_FIELDS && size == 40 ? 12 : 0);
    if (bits > 8) {
      entries = 0;
    } else if (entries == 0) {
      entries = 1L << bits;
    } else if (entries > MOST_ENTRIES) {
      throw corrupt("it claims a palette of " + entries + " colours");
    }
    int paletteBytes = old ? 3 : 4;
    long afterPalette = palette + entries * paletteBytes;
    bytes.require(palette, entries * paletteBytes);
    long data = bytes.u32(10);
    if (data == 0 || (data == FILE_HEADER + size && bits <= 8)) {
      data = afterPalette;
    }
    return new BmpHeader(
        old ? bytes.u16(info) : bytes.u32(info),
        topDown ? (1L << 32) - height : height,
        topDown,
        bits,
        compression == BIT_FIELDS ? RAW : (int) compression,
        layout,
        (int) palette,
        (int) Math.min(entries, 256),
        paletteBytes,
        bytes.require(data, 0));
  }

  private static Layout layout(Bytes bytes, int bits, long compression, int size) {
    boolean possible =
        switch (bits) {
          case 1 -> compression == RAW;
          case 4 -> compression == RAW || compression == RLE4;
          case 8 -> compression == RAW || compression == RLE8;
          case 16, 24, 32 -> compression == RAW || compression == BIT_FIELDS;
          default -> false;
        };
    if (!possible) {
      throw BadPicture.unsupported(
          "This BMP has %d bits for each pixel in compression %d.".formatted(bits, compression));
    }
    if (compression != BIT_FIELDS) {
      return Layout.BGR;
    }
    // Short headers are followed by the masks, long ones contain them: the same place.
    int masks = FILE_HEADER + 40;
    long red = bytes.u32(masks);
    long green = bytes.u32(masks + 4);
    long blue = bytes.u32(masks + 8);
    if (bits == 16) {
      boolean green6 = red == 0xF800 && green == 0x7E0 && blue == 0x1F;
      if (green6 || (red == 0x7C00 && green == 0x3E0 && blue == 0x1F)) {
        return new Layout(0, 0, 0, green6);
      }
    } else if (bits == 32 && red == 0 && green == 0 && blue == 0) {
      return Layout.BGR;
    } else if (isByte(red, bits) && isByte(green, bits) && isByte(blue, bits)) {
      return new Layout(byteOf(red), byteOf(green), byteOf(blue), false);
    }
    throw BadPicture.unsupported(
        "This BMP's colours are the bits %x, %x and %x of %d, in header %d."
            .formatted(red, green, blue, bits, size));
  }

  private static boolean isByte(long mask, int bits) {
    return (mask == 0xFF || mask == 0xFF00 || mask == 0xFF0000 || mask == 0xFF000000L)
        && mask < 1L << bits;
  }

  private static int byteOf(long mask) {
    return Long.numberOfTrailingZeros(mask) / 8;
  }

  private static ProblemException corrupt(String what) {
    return BadPicture.corrupt(PictureFormat.BMP, what);
  }
}
