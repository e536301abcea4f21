package org.resnetserving.hostile;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.resnetserving.hostile.Damage.join;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.zip.CRC32;
import java.util.zip.Deflater;

/** Files made to cost much, or to lie; small ones, since a client has to send them. */
enum Monster {
  /** Rows of zeros without end, in few bytes. */
  PNG_BOMB {
    @Override
    byte[] of(RandomGenerator random) {
      int side = SIDES.get(random.nextInt(SIDES.size()));
      int depth = random.nextBoolean() ? 1 : 8;
      int given = random.nextInt(1, 12_000_000);
      return join(
          PNG_MAGIC,
          header(side, random.nextBoolean() ? side : 1, depth, random.nextInt(2)),
          chunk("IDAT", deflated(new byte[given])),
          chunk("IEND", NOTHING));
    }
  },
  PNG_CHUNK_FLOOD {
    @Override
    byte[] of(RandomGenerator random) {
      String type =
          List.of("tEXt", "zTXt", "iTXt", "gAMA", "PLTE", "tRNS", "quUX", "eXIf", "iCCP")
              .get(random.nextInt(9));
      byte[] content = new byte[random.nextInt(64)];
      random.nextBytes(content);
      byte[] one = chunk(type, content);
      return join(
          PNG_MAGIC,
          header(16, 16, 8, 0),
          times(one, random.nextInt(1, 20_000)),
          chunk("IDAT", deflated(new byte[16 * 17])),
          chunk("IEND", NOTHING));
    }
  },
  /** Colour profiles and texts that inflate to millions of bytes. */
  PNG_PROFILE_BOMB {
    @Override
    byte[] of(RandomGenerator random) {
      byte[] bomb = deflated(new byte[random.nextInt(1_000_000, 30_000_000)]);
      byte[] named = join("name\0\0".getBytes(US_ASCII), bomb);
      return join(
          PNG_MAGIC,
          header(16, 16, 8, 0),
          times(chunk(random.nextBoolean() ? "iCCP" : "zTXt", named), random.nextInt(1, 40)),
          chunk("IDAT", deflated(new byte[16 * 17])),
          chunk("IEND", NOTHING));
    }
  },
  /** Every row in a chunk of its own, or every byte. */
  PNG_DATA_IN_PIECES {
    @Override
    byte[] of(RandomGenerator random) {
      int side = random.nextInt(16, 400);
      byte[] data = new byte[side * (side + 1)];
      random.nextBytes(data);
      for (int row = 0; row < side; row++) {
        data[row * (side + 1)] = (byte) random.nextInt(5);
      }
      byte[] all = deflated(data);
      int piece = random.nextInt(1, 40);
      ByteArrayOutputStream file = new ByteArrayOutputStream();
      file.writeBytes(join(PNG_MAGIC, header(side, side, 8, 0)));
      for (int from = 0; from < all.length; from += piece) {
        file.writeBytes(
            chunk("IDAT", Arrays.copyOfRange(all, from, Math.min(all.length, from + piece))));
      }
      file.writeBytes(chunk("IEND", NOTHING));
      return file.toByteArray();
    }
  },
  /** An animation of thousands of frames, on a canvas that may be enormous. */
  APNG_FRAME_FLOOD {
    @Override
    byte[] of(RandomGenerator random) {
      int side = SIDES.get(random.nextInt(SIDES.size()));
      int frames = random.nextInt(1, 5_000);
      ByteArrayOutputStream file = new ByteArrayOutputStream();
      file.writeBytes(join(PNG_MAGIC, header(side, side, 8, 0)));
      file.writeBytes(chunk("acTL", numbers(ByteOrder.BIG_ENDIAN, frames, 0)));
      byte[] data = deflated(new byte[random.nextInt(1, 300)]);
      file.writeBytes(chunk("IDAT", data));
      for (int i = 0; i < frames; i++) {
        file.writeBytes(
            chunk(
                "fcTL",
                join(
                    numbers(ByteOrder.BIG_ENDIAN, 2 * i, side, side, 0, 0),
                    new byte[] {0, 1, 0, 1, 0, 0})));
        file.writeBytes(chunk("fdAT", join(numbers(ByteOrder.BIG_ENDIAN, 2 * i + 1), data)));
      }
      file.writeBytes(chunk("IEND", NOTHING));
      return file.toByteArray();
    }
  },
  /** Frames and extensions, of which each may claim any place of any canvas. */
  GIF_FRAME_FLOOD {
    @Override
    byte[] of(RandomGenerator random) {
      int side = SIDES.get(random.nextInt(SIDES.size()));
      ByteArrayOutputStream file = new ByteArrayOutputStream();
      file.writeBytes("GIF89a".getBytes(US_ASCII));
      file.writeBytes(little(side, random.nextBoolean() ? side : 1));
      file.writeBytes(new byte[] {(byte) 0x80, 0, 0, 0, 0, 0, -1, -1, -1});
      for (int i = random.nextInt(20_000); i > 0; i--) {
        file.writeBytes(new byte[] {0x21, (byte) random.nextInt(256), 2, 1, 2, 0});
      }
      for (int i = random.nextInt(1, 4_000); i > 0; i--) {
        file.writeBytes(new byte[] {0x21, (byte) 0xf9, 4, 0, 1, 0, 0, 0, 0x2c});
        file.writeBytes(little(random.nextInt(3), random.nextInt(3)));
        file.writeBytes(little(random.nextBoolean() ? side : 2, random.nextBoolean() ? side : 2));
        file.writeBytes(new byte[] {(byte) (random.nextInt(2) * 0x40), 2, 2, 0x4c, 1, 0});
      }
      file.write(0x3b);
      return file.toByteArray();
    }
  },
  /** A picture of one colour in as few bytes as LZW needs: codes of growing strings. */
  GIF_BOMB {
    @Override
    byte[] of(RandomGenerator random) {
      int side = SIDES.get(random.nextInt(SIDES.size()));
      ByteArrayOutputStream file = new ByteArrayOutputStream();
      file.writeBytes("GIF89a".getBytes(US_ASCII));
      file.writeBytes(little(side, side));
      file.writeBytes(new byte[] {0, 0, 0, 0x2c, 0, 0, 0, 0});
      file.writeBytes(little(side, side));
      file.writeBytes(new byte[] {0, 8});
      for (int i = random.nextInt(1, 400); i > 0; i--) {
        byte[] block = new byte[255];
        random.nextBytes(block);
        file.write(255);
        file.writeBytes(block);
      }
      file.writeBytes(new byte[] {0, 0x3b});
      return file.toByteArray();
    }
  },
  /** A directory with tiles or strips beyond counting, which may all be the same bytes. */
  TIFF_GRID {
    @Override
    byte[] of(RandomGenerator random) {
      int side = SIDES.get(random.nextInt(SIDES.size()));
      boolean tiled = random.nextBoolean();
      int parts = random.nextInt(1, 60_000);
      int tile = 16 * random.nextInt(1, 3);
      int compression = List.of(1, 5, 8, 32_773, 7, 2, 3, 4).get(random.nextInt(8));
      int entries = tiled ? 10 : 9;
      int after = 8 + 2 + entries * 12 + 4;
      byte[] data = new byte[random.nextInt(1, 3_000)];
      random.nextBytes(data);
      ByteBuffer file =
          ByteBuffer.allocate(after + 8 * parts + data.length).order(ByteOrder.LITTLE_ENDIAN);
      file.put("II*\0".getBytes(US_ASCII)).putInt(8).putShort((short) entries);
      entry(file, 256, 4, 1, side);
      entry(file, 257, 4, 1, random.nextBoolean() ? side : 16);
      entry(file, 258, 3, 1, List.of(1, 8, 16, 32).get(random.nextInt(4)));
      entry(file, 259, 3, 1, compression);
      entry(file, 262, 3, 1, random.nextInt(4));
      entry(file, 277, 3, 1, List.of(1, 3, 4, 65_535).get(random.nextInt(4)));
      if (tiled) {
        entry(file, 322, 4, 1, tile);
        entry(file, 323, 4, 1, tile);
        entry(file, 324, 4, parts, after);
        entry(file, 325, 4, parts, after + 4 * parts);
      } else {
        entry(file, 273, 4, parts, after);
        entry(file, 278, 4, 1, random.nextInt(3));
        entry(file, 279, 4, parts, after + 4 * parts);
      }
      file.putInt(random.nextBoolean() ? 8 : 0); // The next directory may be this one.
      for (int i = 0; i < parts; i++) {
        file.putInt(random.nextInt(100) == 0 ? random.nextInt() : after + 8 * parts);
      }
      for (int i = 0; i < parts; i++) {
        file.putInt(random.nextInt(100) == 0 ? random.nextInt() : data.length);
      }
      return file.put(data).array();
    }
  },
  /** A directory of thousands of entries, of types and counts of any kind. */
  TIFF_ENTRY_FLOOD {
    @Override
    byte[] of(RandomGenerator random) {
      int entries = random.nextInt(1, 65_535);
      ByteBuffer file = ByteBuffer.allocate(10 + entries * 12 + 4).order(ByteOrder.LITTLE_ENDIAN);
      file.put("II*\0".getBytes(US_ASCII)).putInt(8).putShort((short) entries);
      for (int i = 0; i < entries; i++) {
        entry(file, 254 + random.nextInt(120), random.nextInt(20), random.nextInt(), 8);
      }
      return file.array();
    }
  },
  /** Whatever an EXIF block may say, in a JPEG that is good otherwise. */
  EXIF_NONSENSE {
    @Override
    byte[] of(RandomGenerator random) {
      int entries = random.nextInt(1, 5_000);
      ByteBuffer exif = ByteBuffer.allocate(14 + 2 + Math.min(entries, 5_000) * 12 + 4);
      exif.put("Exif\0\0".getBytes(US_ASCII));
      boolean big = random.nextBoolean();
      exif.put((big ? "MM" : "II").getBytes(US_ASCII));
      exif.order(big ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
      exif.putShort((short) 42).putInt(random.nextInt(4) == 0 ? random.nextInt() : 8);
      exif.putShort((short) (random.nextInt(4) == 0 ? 65_535 : entries));
      for (int i = 0; i < entries; i++) {
        int tag = random.nextInt(3) == 0 ? 0x0112 : random.nextInt(65_536);
        entry(exif, tag, random.nextInt(14), random.nextInt(3), random.nextInt(12));
      }
      exif.putInt(8);
      byte[] good = HostileFiles.espresso();
      return join(
          Arrays.copyOf(good, 2),
          segment(0xe1, exif.array()),
          Arrays.copyOfRange(good, 2, good.length));
    }
  },
  JPEG_SEGMENT_FLOOD {
    @Override
    byte[] of(RandomGenerator random) {
      byte[] content = new byte[random.nextInt(20)];
      random.nextBytes(content);
      byte[] one = segment(0xe0 + random.nextInt(16), content);
      byte[] good = HostileFiles.espresso();
      return join(
          Arrays.copyOf(good, 2),
          times(one, random.nextInt(1, 100_000)),
          Arrays.copyOfRange(good, 2, good.length));
    }
  },
  /** A frame of any size, and scan after scan that says nothing of it. */
  JPEG_SCAN_FLOOD {
    @Override
    byte[] of(RandomGenerator random) {
      int side = SIDES.get(random.nextInt(SIDES.size()));
      int frame = List.of(0xc0, 0xc1, 0xc2, 0xc9, 0xca, 0xc3).get(random.nextInt(6));
      byte[] table = new byte[65];
      Arrays.fill(table, (byte) 1);
      table[0] = 0;
      byte[] codes = new byte[17 + 2];
      codes[1] = 1;
      codes[2] = 1;
      codes[18] = (byte) random.nextInt(256);
      byte[] dimensions = {
        8, (byte) (side >> 8), (byte) side, (byte) (side >> 8), (byte) side, 1, 1, 0x11, 0
      };
      boolean refining = random.nextBoolean();
      byte[] scan = {1, 1, 0, (byte) (refining ? 1 : 0), (byte) (refining ? 63 : 0), 0};
      byte[] entropy = new byte[random.nextInt(8)];
      byte[] acCodes = codes.clone();
      acCodes[0] = 0x10;
      return join(
          new byte[] {-1, (byte) 0xd8},
          segment(0xdb, table),
          segment(frame, dimensions),
          segment(0xc4, codes),
          segment(0xc4, acCodes),
          segment(0xdd, new byte[] {0, (byte) random.nextInt(3)}),
          times(join(segment(0xda, scan), entropy), random.nextInt(1, 5_000)),
          new byte[] {-1, (byte) 0xd9});
    }
  },
  /** Chunks and frames on a canvas that may be enormous. */
  WEBP_FRAME_FLOOD {
    @Override
    byte[] of(RandomGenerator random) {
      int side = SIDES.get(random.nextInt(SIDES.size())) - 1;
      byte[] canvas = {
        (byte) random.nextInt(64),
        0,
        0,
        0,
        (byte) side,
        (byte) (side >> 8),
        0,
        (byte) side,
        (byte) (side >> 8),
        0
      };
      byte[] payload = new byte[random.nextInt(6, 60)];
      random.nextBytes(payload);
      byte[] picture = riff(random.nextBoolean() ? "VP8 " : "VP8L", payload);
      byte[] frame = riff("ANMF", join(new byte[16], picture));
      String type = List.of("ANMF", "XMP ", "ICCP", "quux").get(random.nextInt(4));
      byte[] one = type.equals("ANMF") ? frame : riff(type, payload);
      byte[] body =
          join(
              "WEBP".getBytes(US_ASCII),
              riff("VP8X", canvas),
              riff("ANIM", new byte[6]),
              times(one, random.nextInt(1, 6_000)));
      return riff("RIFF", body);
    }
  },
  BMP_LIE {
    @Override
    byte[] of(RandomGenerator random) {
      int side = SIDES.get(random.nextInt(SIDES.size()));
      byte[] rows = new byte[random.nextInt(1, 5_000)];
      random.nextBytes(rows);
      return ByteBuffer.allocate(54 + rows.length)
          .order(ByteOrder.LITTLE_ENDIAN)
          .put("BM".getBytes(US_ASCII))
          .putInt(random.nextInt())
          .putInt(0)
          .putInt(random.nextInt(4) == 0 ? random.nextInt() : 54)
          .putInt(random.nextInt(4) == 0 ? random.nextInt(200) : 40)
          .putInt(side)
          .putInt(random.nextBoolean() ? side : -side)
          .putShort((short) 1)
          .putShort((short) (int) List.of(1, 4, 8, 16, 24, 32).get(random.nextInt(6)))
          .putInt(random.nextInt(7))
          .putInt(0)
          .putInt(0)
          .putInt(0)
          .putInt(random.nextInt(3) == 0 ? random.nextInt() : 0)
          .putInt(0)
          .put(rows)
          .array();
    }
  },
  /** Bytes of no format behind the first ones of one. */
  NOISE {
    @Override
    byte[] of(RandomGenerator random) {
      byte[] noise = new byte[random.nextInt(0, 3_000)];
      random.nextBytes(noise);
      byte[] magic =
          List.of(
                  PNG_MAGIC,
                  new byte[] {-1, (byte) 0xd8, -1},
                  "GIF89a".getBytes(US_ASCII),
                  "BM".getBytes(US_ASCII),
                  "II*\0".getBytes(US_ASCII),
                  "MM\0*".getBytes(US_ASCII),
                  "II+\0\10\0\0\0".getBytes(US_ASCII),
                  "RIFF\377\0\0\0WEBPVP8L".getBytes(US_ASCII),
                  NOTHING)
              .get(random.nextInt(9));
      return join(magic, noise);
    }
  };

  private static final List<Integer> SIDES =
      List.of(1, 16, 500, 4_000, 8_000, 16_000, 30_000, 65_500, 65_535);

  private static final byte[] NOTHING = {};
  private static final byte[] PNG_MAGIC = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};

  /** A file of this kind. */
  abstract byte[] of(RandomGenerator random);

  private static byte[] header(int width, int height, int depth, int interlaced) {
    return chunk(
        "IHDR",
        join(
            numbers(ByteOrder.BIG_ENDIAN, width, height),
            new byte[] {(byte) depth, 0, 0, 0, (byte) interlaced}));
  }

  private static byte[] chunk(String type, byte[] content) {
    byte[] named = join(type.getBytes(US_ASCII), content);
    CRC32 crc = new CRC32();
    crc.update(named);
    return join(
        numbers(ByteOrder.BIG_ENDIAN, content.length),
        named,
        numbers(ByteOrder.BIG_ENDIAN, (int) crc.getValue()));
  }

  private static byte[] riff(String type, byte[] content) {
    return join(
        type.getBytes(US_ASCII),
        numbers(ByteOrder.LITTLE_ENDIAN, content.length),
        content,
        new byte[content.length % 2]);
  }

  private static byte[] segment(int marker, byte[] content) {
    int length = content.length + 2;
    return join(new byte[] {-1, (byte) marker, (byte) (length >> 8), (byte) length}, content);
  }

  private static void entry(ByteBuffer to, int tag, int type, int count, int value) {
    to.putShort((short) tag).putShort((short) type).putInt(count);
    if (type == 3 && count == 1 && to.order() == ByteOrder.BIG_ENDIAN) {
      to.putShort((short) value).putShort((short) 0);
    } else {
      to.putInt(value);
    }
  }

  private static byte[] little(int first, int second) {
    return new byte[] {(byte) first, (byte) (first >> 8), (byte) second, (byte) (second >> 8)};
  }

  private static byte[] numbers(ByteOrder order, int... numbers) {
    ByteBuffer bytes = ByteBuffer.allocate(numbers.length * Integer.BYTES).order(order);
    for (int number : numbers) {
      bytes.putInt(number);
    }
    return bytes.array();
  }

  private static byte[] times(byte[] one, int wanted) {
    int times = Math.min(wanted, 1 + LARGEST / one.length);
    byte[] all = new byte[times * one.length];
    for (int i = 0; i < times; i++) {
      System.arraycopy(one, 0, all, i * one.length, one.length);
    }
    return all;
  }

  private static byte[] deflated(byte[] content) {
    Deflater deflater = new Deflater(Deflater.BEST_SPEED);
    deflater.setInput(content);
    deflater.finish();
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    byte[] buffer = new byte[8192];
    while (!deflater.finished()) {
      out.write(buffer, 0, deflater.deflate(buffer));
    }
    deflater.end();
    return out.toByteArray();
  }

  private static final int LARGEST = 2_000_000;
}
