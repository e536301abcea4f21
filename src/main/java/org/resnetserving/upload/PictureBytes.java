package org.resnetserving.upload;

import java.io.IOException;
import java.io.InputStream;
import org.resnetserving.problem.ProblemException;
import org.resnetserving.problem.ProblemType;

/** Keeps a picture's bytes as they arrive. */
final class PictureBytes {
  /** What is made room for first: most photographs, as sent, need no more than a copy of it. */
  private static final int FIRST = 64 * 1024;

  private PictureBytes() {}

  /**
   * Reads a picture to its end.
   *
   * @param announced how many bytes there will be; negative where that is not said
   * @param most bytes that a picture may have
   * @param memory that they take
   * @throws ProblemException (IMAGE_TOO_LARGE, OVERLOADED)
   */
  static byte[] read(InputStream in, long announced, long most, MemoryClaim memory)
      throws IOException {
    long expected = announced < 0 ? most : Math.min(announced, most);
    byte[] bytes = claimed((int) Math.min(expected, FIRST), memory);
    int size = 0;
    while (true) {
      if (size == bytes.length) {
        int next = in.read();
        if (next < 0) {
          return bytes;
        }
        if (size >= most) {
          throw tooLarge(most, "more were sent");
        }
        bytes = resized(bytes, size, (int) Math.min(Math.max(FIRST, 2L * size), expected), memory);
        bytes[size++] = (byte) next;
      }
      int read = in.read(bytes, size, bytes.length - size);
      if (read < 0) {
        return resized(bytes, size, size, memory);
      }
      size += read;
    }
  }

  private static byte[] claimed(int length, MemoryClaim memory) {
    memory.grow(length);
    return new byte[length];
  }

  private static byte[] resized(byte[] bytes, int size, int length, MemoryClaim memory) {
    byte[] copy = claimed(length, memory);
    System.arraycopy(bytes, 0, copy, 0, size);
    memory.shrink(bytes.length);
    return copy;
  }

  /** The refusal of a picture with too many bytes. */
  static ProblemException tooLarge(long most, String what) {
    return new ProblemException(
            ProblemType.IMAGE_TOO_LARGE,
            "A picture may have %,d bytes, but %s. Send a smaller or more compressed one."
                .formatted(most, what))
        .with("max_bytes", most);
  }
}
