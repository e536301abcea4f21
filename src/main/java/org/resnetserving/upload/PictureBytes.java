package org.resnetserving.upload;

import java.io.IOException;
import java.io.InputStream;
import java.util.function.Supplier;
import org.resnetserving.problem.ProblemException;
import org.resnetserving.problem.ProblemType;

/**
 * A picture's bytes, kept as they arrive: room is made for the first, and doubled as it fills up.
 * Once a quarter is there of what was announced, there is room for all of it, so that little of it
 * is there twice at any time.
 */
final class PictureBytes {
  /** What is made room for first: most photographs, as sent, need no more than a copy of it. */
  private static final int FIRST = 64 * 1024;

  /** Of what was announced, one part in so many shows that it is meant. */
  private static final int PART_SHOWN = 4;

  private final long announced;
  private final long expected;
  private final long most;
  private final Supplier<ProblemException> tooMany;
  private final MemoryClaim memory;
  private byte[] bytes = {};
  private int size;

  /**
   * @param announced how many bytes there will be; negative where that is not said
   * @param most bytes that there may be
   * @param tooMany the refusal of more than so many
   * @param memory that they take
   */
  PictureBytes(long announced, long most, Supplier<ProblemException> tooMany, MemoryClaim memory) {
    this.announced = announced;
    this.expected = announced < 0 ? most : Math.min(announced, most);
    this.most = most;
    this.tooMany = tooMany;
    this.memory = memory;
  }

  /**
   * Adds one byte.
   *
   * @throws ProblemException (OVERLOADED, and what refuses too many)
   */
  void add(int value) {
    if (size == bytes.length) {
      if (size >= most) {
        throw tooMany.get();
      }
      resize(next());
    }
    bytes[size++] = (byte) value;
  }

  /** Adds three, as {@link #add(int)} does. */
  void add(int first, int second, int third) {
    if (bytes.length - size >= 3) {
      bytes[size] = (byte) first;
      bytes[size + 1] = (byte) second;
      bytes[size + 2] = (byte) third;
      size += 3;
    } else {
      add(first);
      add(second);
      add(third);
    }
  }

  /**
   * Adds what a stream has, to its end.
   *
   * @throws ProblemException (OVERLOADED, and what refuses too many)
   */
  void addAll(InputStream in) throws IOException {
    if (bytes.length == 0) {
      resize((int) Math.min(FIRST, expected));
    }
    while (true) {
      if (size == bytes.length) {
        int next = in.read();
        if (next < 0) {
          return;
        }
        add(next);
      }
      int read = in.read(bytes, size, bytes.length - size);
      if (read < 0) {
        return;
      }
      size += read;
    }
  }

  /** The bytes. Their memory stays claimed. */
  byte[] finished() {
    if (size < bytes.length) {
      resize(size);
    }
    return bytes;
  }

  /** Gives back what they take. */
  void discard() {
    memory.shrink(bytes.length);
    bytes = new byte[0];
    size = 0;
  }

  private int next() {
    if (announced > size && PART_SHOWN * (long) size >= expected) {
      return (int) expected;
    }
    return (int) Math.min(Math.max(FIRST, 2L * size), Math.max(expected, size + 1L));
  }

  private void resize(int length) {
    memory.grow(length);
    byte[] copy = new byte[length];
    System.arraycopy(bytes, 0, copy, 0, size);
    memory.shrink(bytes.length);
    bytes = copy;
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
