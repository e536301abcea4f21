package org.resnetserving.hostile;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;

/** What may happen to a file, whatever its format: a good one goes in, a worse one comes out. */
enum Damage {
  BITS {
    @Override
    byte[] of(byte[] file, byte[] other, RandomGenerator random) {
      byte[] made = file.clone();
      for (int i = random.nextInt(1, 65); i > 0; i--) {
        made[random.nextInt(made.length)] ^= (byte) (1 << random.nextInt(8));
      }
      return made;
    }
  },
  BITS_OF_THE_HEADER {
    @Override
    byte[] of(byte[] file, byte[] other, RandomGenerator random) {
      byte[] made = file.clone();
      for (int i = random.nextInt(1, 9); i > 0; i--) {
        made[random.nextInt(Math.min(made.length, 200))] ^= (byte) (1 << random.nextInt(8));
      }
      return made;
    }
  },
  /** Numbers that are as great, or as small, as they can be. */
  NUMBERS {
    @Override
    byte[] of(byte[] file, byte[] other, RandomGenerator random) {
      byte[] made = file.clone();
      ByteBuffer buffer = ByteBuffer.wrap(made);
      for (int i = random.nextInt(1, 4); i > 0; i--) {
        buffer.order(random.nextBoolean() ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
        int number = EXTREMES.get(random.nextInt(EXTREMES.size()));
        boolean wide = random.nextBoolean();
        int at = random.nextInt(Math.max(1, Math.min(made.length, 400) - 4));
        if (wide && at + Integer.BYTES <= made.length) {
          buffer.putInt(at, number);
        } else if (at + Short.BYTES <= made.length) {
          buffer.putShort(at, (short) number);
        }
      }
      return made;
    }
  },
  TRUNCATION {
    @Override
    byte[] of(byte[] file, byte[] other, RandomGenerator random) {
      return Arrays.copyOf(file, random.nextInt(file.length));
    }
  },
  /** The beginning of one file and the end of another. */
  SPLICE {
    @Override
    byte[] of(byte[] file, byte[] other, RandomGenerator random) {
      return join(
          Arrays.copyOf(file, random.nextInt(file.length)),
          Arrays.copyOfRange(other, random.nextInt(other.length), other.length));
    }
  },
  /** A file that is of two kinds. */
  POLYGLOT {
    @Override
    byte[] of(byte[] file, byte[] other, RandomGenerator random) {
      return random.nextBoolean()
          ? join(file, other)
          : join(Arrays.copyOf(file, random.nextInt(2, 13)), other);
    }
  },
  /** A part comes again, many times. */
  REPEATED_PART {
    @Override
    byte[] of(byte[] file, byte[] other, RandomGenerator random) {
      int from = random.nextInt(file.length);
      int to = Math.min(file.length, from + random.nextInt(1, 2_000));
      byte[] part = Arrays.copyOfRange(file, from, to);
      int times = random.nextInt(1, 1 + 200_000 / part.length);
      byte[] made = Arrays.copyOf(file, file.length + times * part.length);
      System.arraycopy(file, to, made, to + times * part.length, file.length - to);
      for (int i = 0; i < times; i++) {
        System.arraycopy(part, 0, made, to + i * part.length, part.length);
      }
      return made;
    }
  },
  MISSING_PART {
    @Override
    byte[] of(byte[] file, byte[] other, RandomGenerator random) {
      int from = random.nextInt(file.length);
      int to = Math.min(file.length, from + random.nextInt(1, 2_000));
      return join(Arrays.copyOf(file, from), Arrays.copyOfRange(file, to, file.length));
    }
  },
  /** A stretch of one byte, or of any. */
  OVERWRITTEN_PART {
    @Override
    byte[] of(byte[] file, byte[] other, RandomGenerator random) {
      byte[] made = file.clone();
      int from = random.nextInt(file.length);
      int to = Math.min(file.length, from + random.nextInt(1, 2_000));
      byte[] noise = new byte[to - from];
      if (random.nextBoolean()) {
        random.nextBytes(noise);
      } else {
        Arrays.fill(noise, (byte) (random.nextBoolean() ? 0 : 0xff));
      }
      System.arraycopy(noise, 0, made, from, noise.length);
      return made;
    }
  };

  private static final List<Integer> EXTREMES =
      List.of(0, 1, 0x7f, 0xff, 0x7fff, 0x8000, 0xffff, 0xfffe, 0x7fffffff, 0x80000000, -1, 65_000);

  /** A worse file; both files have a byte at least. */
  abstract byte[] of(byte[] file, byte[] other, RandomGenerator random);

  static byte[] join(byte[]... parts) {
    int length = 0;
    for (byte[] part : parts) {
      length += part.length;
    }
    ByteBuffer all = ByteBuffer.allocate(length);
    for (byte[] part : parts) {
      all.put(part);
    }
    return all.array();
  }
}
