package org.resnetserving.image;

/** Undoes the filters of a PNG's rows, in place; {@code distance} is how far back a pixel is. */
final class PngFilter {
  private PngFilter() {}

  static void left(byte[] row, int length, int distance) {
    for (int i = distance; i < length; i++) {
      row[i] += row[i - distance];
    }
  }

  static void above(byte[] row, byte[] above, int length) {
    for (int i = 0; i < length; i++) {
      row[i] += above[i];
    }
  }

  static void average(byte[] row, byte[] above, int length, int distance) {
    for (int i = 0; i < Math.min(distance, length); i++) {
      row[i] += (byte) ((above[i] & 0xFF) >> 1);
    }
    for (int i = distance; i < length; i++) {
      row[i] += (byte) (((row[i - distance] & 0xFF) + (above[i] & 0xFF)) >> 1);
    }
  }

  static void paeth(byte[] row, byte[] above, int length, int distance) {
    for (int i = 0; i < Math.min(distance, length); i++) {
      row[i] += above[i];
    }
    for (int i = distance; i < length; i++) {
      int a = row[i - distance] & 0xFF;
      int b = above[i] & 0xFF;
      int c = above[i - distance] & 0xFF;
      int toA = Math.abs(b - c);
      int toB = Math.abs(a - c);
      int toC = Math.abs(a + b - 2 * c);
      // All ones where the latter is nearer: photos would mislead any branch.
      int notB = (toC - toB) >> 31;
      int bOrC = b ^ ((b ^ c) & notB);
      int notA = (Math.min(toB, toC) - toA) >> 31;
      int nearest = a ^ ((a ^ bOrC) & notA);
      row[i] += (byte) nearest;
    }
  }
}
