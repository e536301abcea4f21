package org.resnetserving.image;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A TIFF in one of the usual layouts, unpacked as its rows are asked for: strips or tiles, together
 * or by plane, grey, indexed, TiffLayout.RGB or TiffLayout.CMYK, of up to 16 bits.
 *
 * <p>Strips are tiles as wide as the picture, and all tiles side by side are unpacked together.
 */
final class TiffRows implements PixelRows {
  private static final int PREMULTIPLIED = 1;

  private final byte[] file;
  private final TiffDirectory directory;
  private final int width;
  private final int height;
  private final int bits;
  private final int samples;
  private final int photometric;
  private final boolean predicted;
  private final boolean bigEndian;
  private final boolean premultiplied;
  private final int planes;
  private final int tileWidth;
  private final int tileHeight;
  private final int tilesAcross;
  private final int tilesDown;
  private final TiffStream[] band;

  /** A row of each tile in the band. */
  private final byte[][] tileRows;

  /** The palette: all reds, all greens, all blues, of each the upper half. */
  private final int[] colours;

  private boolean padded = true;
  private int row;

  TiffRows(byte[] file, TiffHeader header) {
    this.file = file;
    this.directory = header.directory();
    this.width = (int) header.width();
    this.height = (int) header.height();
    this.bits = header.bits();
    this.samples = header.samples();
    this.photometric = (int) directory.first(TiffDirectory.PHOTOMETRIC, TiffLayout.WHITE_IS_ZERO);
    this.predicted = TiffLayout.predictor(directory) == 2;
    this.bigEndian = Bytes.starts(file, 0, "MM");
    this.premultiplied =
        photometric == TiffLayout.RGB
            && samples == 4
            && directory.first(TiffDirectory.EXTRA_SAMPLES, 0) == PREMULTIPLIED;
    this.planes = header.planes();
    this.tileWidth = header.tileWidth();
    this.tileHeight = header.tileHeight();
    this.tilesAcross = header.tilesAcross();
    this.tilesDown = (height + tileHeight - 1) / tileHeight;
    this.band = new TiffStream[planes * tilesAcross];
    long compression = directory.first(TiffDirectory.COMPRESSION, TiffCompression.STORED);
    for (int i = 0; i < band.length; i++) {
      band[i] = TiffStream.of(compression, file);
    }
    this.tileRows = new byte[planes * tilesAcross][(int) header.tileRowBytes()];
    this.colours = new int[photometric == TiffLayout.INDEXED ? 3 << bits : 0];
    for (int i = 0; i < colours.length; i++) {
      colours[i] = (int) directory.value(TiffDirectory.COLOURS, i) >> 8;
    }
  }

  @Override
  public int width() {
    return width;
  }

  @Override
  public int height() {
    return height;
  }

  @Override
  public void read(int y, int from, int to, byte[] rgb) {
    while (row <= y) {
      nextRow();
    }
    int tile = from / tileWidth;
    int out = 0;
    int[] pixel = new int[samples];
    for (int x = from; x < to; x++) {
      int inTile = x - tile * tileWidth;
      if (inTile == tileWidth) {
        tile++;
        inTile = 0;
      }
      for (int sample = 0; sample < samples; sample++) {
        pixel[sample] =
            planes > 1
                ? sample(tileRows[sample * tilesAcross + tile], inTile)
                : sample(tileRows[tile], inTile * samples + sample);
      }
      colour(pixel, rgb, out);
      out += 3;
    }
  }

  @Override
  public void finish() {
    while (row < height) {
      nextRow();
    }
  }

  @Override
  public void close() {
    for (TiffStream stream : band) {
      stream.close();
    }
  }

  private void nextRow() {
    if (row % tileHeight == 0) {
      openBand(row / tileHeight);
    }
    for (int i = 0; i < band.length; i++) {
      byte[] tileRow = tileRows[i];
      // Nothing follows the last row, whose padding may be missing.
      band[i].read(tileRow, 0, row == height - 1 ? lastBytes(i % tilesAcross) : tileRow.length);
      if (predicted) {
        undoPrediction(tileRow, samples / planes);
      }
    }
    row++;
  }

  private void openBand(int down) {
    boolean tiled = directory.has(TiffDirectory.TILE_OFFSETS);
    int offsets = tiled ? TiffDirectory.TILE_OFFSETS : TiffDirectory.STRIP_OFFSETS;
    int lengths = tiled ? TiffDirectory.TILE_BYTES : TiffDirectory.STRIP_BYTES;
    for (int i = 0; i < band.length; i++) {
      long piece = ((long) (i / tilesAcross) * tilesDown + down) * tilesAcross + i % tilesAcross;
      if (piece >= directory.count(offsets)) {
        throw BadPicture.truncated(
            PictureFormat.TIFF, "strip or tile %d is not listed".formatted(piece));
      }
      int from = (int) directory.value(offsets, piece);
      // A lone strip need not say how long it is.
      long length =
          piece < directory.count(lengths) ? directory.value(lengths, piece) : file.length - from;
      padded &= from + length <= file.length;
      band[i].open(from, (int) Math.min(from + length, file.length));
    }
  }

  /** How many bytes of a tile's row lie inside the picture. */
  private int lastBytes(int tile) {
    long inside = Math.min(tileWidth, width - (long) tile * tileWidth);
    return (int) ((inside * (samples / planes) * bits + 7) / 8);
  }

  @Override
  public @Nullable String warning() {
    return padded ? null : "The TIFF lacks the end of its last strip or tile, which is padding.";
  }

  private void undoPrediction(byte[] line, int distance) {
    if (bits == 8) {
      PngFilter.left(line, line.length, distance);
      return;
    }
    int high = bigEndian ? 0 : 1;
    for (int i = 2 * distance; i + 1 < line.length; i += 2) {
      int before = i - 2 * distance;
      int sum =
          ((line[before + high] & 0xFF) << 8 | (line[before + 1 - high] & 0xFF))
              + ((line[i + high] & 0xFF) << 8 | (line[i + 1 - high] & 0xFF));
      line[i + high] = (byte) (sum >> 8);
      line[i + 1 - high] = (byte) sum;
    }
  }

  /** A sample, or the upper half of it. */
  private int sample(byte[] line, int i) {
    if (bits == 8) {
      return line[i] & 0xFF;
    }
    if (bits == 16) {
      return line[2 * i + (bigEndian ? 0 : 1)] & 0xFF;
    }
    int bit = i * bits;
    return (line[bit >> 3] & 0xFF) >> (8 - bits - (bit & 7)) & ((1 << bits) - 1);
  }

  private void colour(int[] pixel, byte[] rgb, int out) {
    switch (photometric) {
      case TiffLayout.RGB -> {
        for (int i = 0; i < 3; i++) {
          rgb[out + i] = (byte) (premultiplied ? divide(pixel[i], pixel[3]) : pixel[i]);
        }
      }
      case TiffLayout.CMYK -> {
        int white = 255 - pixel[3];
        for (int i = 0; i < 3; i++) {
          rgb[out + i] = (byte) Math.max(0, white - multiply(pixel[i], white));
        }
      }
      case TiffLayout.INDEXED -> {
        for (int i = 0; i < 3; i++) {
          rgb[out + i] = (byte) colours[(i << bits) + pixel[0]];
        }
      }
      default -> {
        int most = (1 << Math.min(bits, 8)) - 1;
        int grey = pixel[0] * (255 / most);
        Arrays.fill(
            rgb,
            out,
            out + 3,
            (byte) (photometric == TiffLayout.WHITE_IS_ZERO ? 255 - grey : grey));
      }
    }
  }

  private static int divide(int colour, int alpha) {
    return alpha == 0 ? 0 : Math.min(255, colour * 255 / alpha);
  }

  /** Pillow's rounded {@code a * b / 255}. */
  private static int multiply(int a, int b) {
    int product = a * b + 128;
    return ((product >> 8) + product) >> 8;
  }
}
