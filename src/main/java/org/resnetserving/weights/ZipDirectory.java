package org.resnetserving.weights;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.Inflater;
import java.util.zip.InflaterInputStream;
import java.util.zip.ZipException;
import org.jspecify.annotations.Nullable;

/**
 * The entries of a zip and where their bytes lie. Entries that overlap, reach into the directory,
 * share a name or are encrypted are refused, and so is a directory that is not one piece at the
 * file's end. Checksums are not compared. An entry's bytes are read in place, or unpacked up to the
 * size that the directory says and the caller allows.
 */
public final class ZipDirectory {
  /** A ResNet-152's file has 940 entries. */
  public static final int MAX_ENTRIES = 1 << 16;

  /** Most bytes of the directory. */
  public static final int MAX_BYTES = 16 << 20;

  private static final int BUFFER_BYTES = 1 << 13;
  private static final int STORED = 0;
  private static final int DEFLATED = 8;
  private static final int LOCAL = 0x04034b50;
  private static final int CENTRAL = 0x02014b50;
  private static final int END = 0x06054b50;
  private static final int END_64 = 0x06064b50;
  private static final int LOCATOR_64 = 0x07064b50;

  private static final int LOCAL_BYTES = 30;
  private static final int CENTRAL_BYTES = 46;
  private static final int END_BYTES = 22;
  private static final int END_64_BYTES = 56;
  private static final int LOCATOR_64_BYTES = 20;
  private static final int MAX_COMMENT_BYTES = 0xffff;
  private static final int MAX_32 = 0xffffffff;

  private final FileBytes source;
  private final Map<String, Entry> entries = new LinkedHashMap<>();

  private ZipDirectory(FileBytes source) {
    this.source = source;
  }

  /**
   * An entry.
   *
   * @param position of its first byte, behind its local header
   * @param size of its bytes in the file
   * @param fullSize of its bytes unpacked, as the directory says
   * @param method of compression: 0 for none, 8 for deflate
   */
  public record Entry(String name, long position, long size, long fullSize, int method) {
    /** Whether its bytes are in the file as they are, so that they can be read in place. */
    public boolean isStored() {
      return method == STORED;
    }
  }

  /**
   * Reads the directory of a file that {@link #matches}.
   *
   * @param source read from as long as the directory is used
   * @throws WeightsException if the file has none, or one that contradicts itself
   */
  public static ZipDirectory read(FileBytes source) {
    ZipDirectory directory = new ZipDirectory(source);
    directory.read();
    return directory;
  }

  /** Whether a file that begins so is a zip. */
  public static boolean matches(ByteBuffer start) {
    return start.limit() >= Integer.BYTES && start.getInt(0) == LOCAL;
  }

  /** Names in the directory's order. */
  public List<String> names() {
    return List.copyOf(entries.keySet());
  }

  /** The entry of that name, or null. */
  public @Nullable Entry find(String name) {
    return entries.get(name);
  }

  /**
   * An entry's bytes, unpacked.
   *
   * @param limit most of them
   * @throws WeightsException if it has more, is compressed otherwise than by deflate, or is damaged
   */
  public byte[] read(Entry entry, int limit) {
    if (entry.fullSize() > limit) {
      throw source.refuse(
          entry.name(), "has %d bytes; at most %d are read".formatted(entry.fullSize(), limit));
    }
    try (InputStream in = open(entry)) {
      byte[] bytes = in.readNBytes((int) entry.fullSize());
      if (bytes.length != entry.fullSize() || in.read() >= 0) {
        throw new ZipException("does not unpack to %d bytes".formatted(entry.fullSize()));
      }
      return bytes;
    } catch (IOException e) {
      throw new WeightsException(
          "%s: %s: is damaged: %s"
              .formatted(source.name(), FileBytes.printable(entry.name()), e.getMessage()),
          e);
    }
  }

  /**
   * An entry's bytes, unpacked on the way, and no more of them than its full size. What is damaged
   * ends in a {@link ZipException} or {@link java.io.EOFException}.
   *
   * @throws WeightsException if it is compressed otherwise than by deflate
   */
  public InputStream open(Entry entry) {
    InputStream in = source.stream(entry.position(), entry.size());
    return switch (entry.method()) {
      case STORED -> in;
      case DEFLATED -> new Inflated(in, entry.fullSize());
      default ->
          throw source.refuse(entry.name(), "is compressed by method %d".formatted(entry.method()));
    };
  }

  private void read() {
    int tailBytes = (int) Math.min(source.size(), END_BYTES + MAX_COMMENT_BYTES);
    long tail = source.size() - tailBytes;
    ByteBuffer end = source.read(tail, tailBytes);
    int at = tailBytes - END_BYTES;
    while (at >= 0 && !isEnd(end, at)) {
      at--;
    }
    if (at < 0) {
      throw source.refuse("is truncated: a zip without its directory");
    }
    locate(end.slice(at, END_BYTES).order(end.order()), tail + at);
  }

  private static boolean isEnd(ByteBuffer end, int at) {
    int comment = end.limit() - at - END_BYTES;
    return end.getInt(at) == END && (end.getShort(at + 20) & 0xffff) == comment;
  }

  private void locate(ByteBuffer end, long endPosition) {
    long count = end.getShort(10) & 0xffff;
    long bytes = end.getInt(12) & 0xffffffffL;
    long position = end.getInt(16) & 0xffffffffL;
    boolean onePiece = end.getInt(4) == 0 && end.getShort(8) == end.getShort(10);
    long directoryEnd = endPosition;
    long locator = endPosition - LOCATOR_64_BYTES;
    if (locator >= END_64_BYTES && source.read(locator, 4).getInt() == LOCATOR_64) {
      directoryEnd = source.read(locator + 8, 8).getLong();
      if (directoryEnd != locator - END_64_BYTES) {
        throw source.refuse("has a zip64 directory that is not where it should be");
      }
      ByteBuffer end64 = source.read(directoryEnd, END_64_BYTES);
      onePiece =
          end64.getInt(0) == END_64
              && end64.getLong(16) == 0
              && end64.getLong(24) == end64.getLong(32)
              && agrees(count, 0xffff, end64.getLong(32))
              && agrees(bytes, 0xffffffffL, end64.getLong(40))
              && agrees(position, 0xffffffffL, end64.getLong(48));
      count = end64.getLong(32);
      bytes = end64.getLong(40);
      position = end64.getLong(48);
    }
    if (!onePiece
        || position < 0
        || bytes < 0
        || position > directoryEnd
        || directoryEnd - position != bytes) {
      throw source.refuse("has a zip directory that contradicts itself");
    }
    if (count < 0 || count > MAX_ENTRIES || bytes > MAX_BYTES) {
      throw source.refuse(
          "has a zip directory of %d entries and %d bytes; at most %d and %d are read"
              .formatted(count, bytes, MAX_ENTRIES, MAX_BYTES));
    }
    entries(source.read(position, (int) bytes), (int) count, position);
  }

  private static boolean agrees(long small, long beyond, long large) {
    return small == beyond || small == large;
  }

  private void entries(ByteBuffer directory, int count, long position) {
    List<long[]> ranges = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      if (directory.remaining() < CENTRAL_BYTES
          || directory.getInt(directory.position()) != CENTRAL) {
        throw source.refuse("has a zip directory that ends before its %d entries".formatted(count));
      }
      ranges.add(entry(directory, position));
    }
    if (directory.hasRemaining()) {
      throw source.refuse("has a zip directory of more than its %d entries".formatted(count));
    }
    ranges.sort(Comparator.comparingLong(range -> range[0]));
    for (int i = 1; i < ranges.size(); i++) {
      if (ranges.get(i)[0] < ranges.get(i - 1)[1]) {
        throw source.refuse("has zip entries that overlap");
      }
    }
  }

  /** Reads an entry; returns where its local header begins and its bytes end. */
  private long[] entry(ByteBuffer directory, long directoryPosition) {
    int at = directory.position();
    int flags = directory.getShort(at + 8);
    int method = directory.getShort(at + 10) & 0xffff;
    int nameBytes = directory.getShort(at + 28) & 0xffff;
    int extraBytes = directory.getShort(at + 30) & 0xffff;
    int commentBytes = directory.getShort(at + 32) & 0xffff;
    if (directory.remaining() - CENTRAL_BYTES < nameBytes + extraBytes + commentBytes) {
      throw source.refuse("has a zip directory that ends in an entry");
    }
    String name = name(directory.slice(at + CENTRAL_BYTES, nameBytes));
    ByteBuffer extra =
        zip64(directory.slice(at + CENTRAL_BYTES + nameBytes, extraBytes).order(directory.order()));
    long fullSize = number(directory, at + 24, extra, name);
    long size = number(directory, at + 20, extra, name);
    long header = number(directory, at + 42, extra, name);
    if ((flags & 1) != 0) {
      throw source.refuse(name, "is encrypted");
    }
    if (header < 0
        || fullSize < 0
        || header > directoryPosition - LOCAL_BYTES
        || (method == STORED && size != fullSize)) {
      throw source.refuse(name, "has a zip entry that contradicts itself");
    }
    ByteBuffer local = source.read(header, LOCAL_BYTES);
    long begin =
        header + LOCAL_BYTES + (local.getShort(26) & 0xffff) + (local.getShort(28) & 0xffff);
    if (local.getInt(0) != LOCAL
        || (local.getShort(8) & 0xffff) != method
        || (local.getShort(26) & 0xffff) != nameBytes
        || begin > directoryPosition
        || !name.equals(name(source.read(header + LOCAL_BYTES, nameBytes)))) {
      throw source.refuse(name, "has two zip headers that contradict each other");
    }
    if (size < 0 || size > directoryPosition - begin) {
      throw source.refuse(name, "has %d bytes, more than the file has for it".formatted(size));
    }
    if (entries.putIfAbsent(name, new Entry(name, begin, size, fullSize, method)) != null) {
      throw source.refuse(name, "is in the zip twice");
    }
    directory.position(at + CENTRAL_BYTES + nameBytes + extraBytes + commentBytes);
    return new long[] {header, begin + size};
  }

  private String name(ByteBuffer bytes) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(bytes).toString();
    } catch (CharacterCodingException e) {
      throw new WeightsException(source.name() + ": has a zip entry whose name is not UTF-8", e);
    }
  }

  /** The zip64 field among an entry's extra ones; empty if there is none. */
  private static ByteBuffer zip64(ByteBuffer extra) {
    while (extra.remaining() >= 4) {
      int id = extra.getShort() & 0xffff;
      int bytes = Math.min(extra.getShort() & 0xffff, extra.remaining());
      if (id == 1) {
        return extra.slice(extra.position(), bytes).order(extra.order());
      }
      extra.position(extra.position() + bytes);
    }
    return ByteBuffer.allocate(0);
  }

  /** A 32-bit number, or the next of the zip64 field that stands in for it. */
  private long number(ByteBuffer directory, int at, ByteBuffer zip64, String name) {
    int number = directory.getInt(at);
    if (number != MAX_32) {
      return number & 0xffffffffL;
    }
    if (zip64.remaining() < Long.BYTES) {
      throw source.refuse(name, "lacks its zip64 size");
    }
    return zip64.getLong();
  }

  /** Unpacks up to a number of bytes. */
  private static final class Inflated extends InflaterInputStream {
    private long left;

    Inflated(InputStream in, long size) {
      super(in, new Inflater(true), BUFFER_BYTES);
      this.left = size;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
      int count = super.read(target, offset, length);
      left -= Math.max(count, 0);
      if (left < 0) {
        throw new ZipException("unpacks to more than its size");
      }
      return count;
    }

    @Override
    public void close() throws IOException {
      inf.end();
      super.close();
    }
  }
}
