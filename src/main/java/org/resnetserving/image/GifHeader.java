package org.resnetserving.image;

/**
 * A GIF up to its first frame. The picture is the screen, or as much more as the frame needs.
 *
 * @param left where the frame begins on the screen, from the left
 * @param top the same from above
 * @param palette where the colours begin in the file
 * @param paletteEntries how many there are; 0 where indices are greys
 * @param background the index of what the frame does not cover
 * @param data where the frame's data begin
 */
record GifHeader(
    int width,
    int height,
    int left,
    int top,
    int frameWidth,
    int frameHeight,
    boolean interlaced,
    int palette,
    int paletteEntries,
    int background,
    int data) {
  private static final int SCREEN = 6;
  private static final int GRAPHIC_CONTROL = 0xF9;

  static GifHeader read(byte[] file) {
    Bytes bytes = Bytes.littleEndian(PictureFormat.GIF, file);
    int flags = bytes.u8(SCREEN + 4);
    int globalPalette = SCREEN + 7;
    int globalEntries = entries(flags);
    int background = 0;
    int at = globalPalette + 3 * globalEntries;
    while (bytes.u8(at) != ',') {
      int block = bytes.u8(at);
      if (block == ';') {
        throw BadPicture.corrupt(PictureFormat.GIF, "it has no frame");
      }
      if (block == '!') {
        if (bytes.u8(at + 1) == GRAPHIC_CONTROL
            && bytes.u8(at + 2) >= 4
            && (bytes.u8(at + 3) & 1) == 1) {
          background = bytes.u8(at + 6);
        }
        at = endOfBlocks(bytes, at + 2);
      } else {
        at++;
      }
    }
    int frameFlags = bytes.u8(at + 9);
    int entries = entries(frameFlags);
    int left = bytes.u16(at + 1);
    int top = bytes.u16(at + 3);
    int frameWidth = bytes.u16(at + 5);
    int frameHeight = bytes.u16(at + 7);
    boolean empty = frameWidth == 0 || frameHeight == 0;
    return new GifHeader(
        empty ? 0 : Math.max(bytes.u16(SCREEN), left + frameWidth),
        empty ? 0 : Math.max(bytes.u16(SCREEN + 2), top + frameHeight),
        left,
        top,
        frameWidth,
        frameHeight,
        (frameFlags & 0x40) != 0,
        entries > 0
            ? bytes.require(at + 10L, 3L * entries)
            : bytes.require(globalPalette, 3L * globalEntries),
        entries > 0 ? entries : globalEntries,
        background,
        at + 10 + 3 * entries);
  }

  private static int entries(int flags) {
    return (flags & 0x80) == 0 ? 0 : 2 << (flags & 7);
  }

  private static int endOfBlocks(Bytes bytes, int from) {
    int at = from;
    while (bytes.u8(at) != 0) {
      at += 1 + bytes.u8(at);
    }
    return at + 1;
  }
}
