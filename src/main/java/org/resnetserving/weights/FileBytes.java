package org.resnetserving.weights;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * Bytes of an opened file at any position, and the name that messages call it by. What is wanted
 * beyond its end is refused before anything is allocated for it. For one thread at a time.
 */
public final class FileBytes implements AutoCloseable {
  /**
   * Read at once: a channel keeps memory outside of the heap for the largest read of each thread,
   * as long as the thread lives, which for a whole tensor is 9 MB in a ResNet-50.
   */
  private static final int PIECE = 64 * 1024;

  private final String name;
  private final SeekableByteChannel channel;
  private final long begin;
  private final long size;

  FileBytes(String name, SeekableByteChannel channel) throws IOException {
    this(name, channel, 0, channel.size());
  }

  private FileBytes(String name, SeekableByteChannel channel, long begin, long size) {
    this.name = name;
    this.channel = channel;
    this.begin = begin;
    this.size = size;
  }

  /**
   * Opens a file.
   *
   * @throws WeightsException if there is none, it is a directory, or it cannot be read
   */
  public static FileBytes open(Path file) {
    String name = String.valueOf(file.getFileName());
    try {
      if (Files.isDirectory(file)) {
        throw new WeightsException(name + ": is a directory; name the weights file in it");
      }
      return new FileBytes(name, Files.newByteChannel(file));
    } catch (NoSuchFileException e) {
      throw new WeightsException(name + ": no such file: " + file.toAbsolutePath(), e);
    } catch (IOException e) {
      throw new WeightsException(name + ": cannot be opened: " + e, e);
    }
  }

  /**
   * A stretch of the file as a file of its own, such as a file in a zip. Closing either closes
   * both.
   *
   * @param name what messages call it
   * @throws WeightsException if the file ends before the stretch
   */
  public FileBytes part(String name, long position, long length) {
    if (position < 0 || length < 0 || length > size - position) {
      throw refuse("is truncated: %d bytes wanted at %d, of %d".formatted(length, position, size));
    }
    return new FileBytes(this.name + ": " + printable(name), channel, begin + position, length);
  }

  /** Name of the file, without its folder. */
  public String name() {
    return name;
  }

  /** Bytes of the file when it was opened. */
  public long size() {
    return size;
  }

  /**
   * The bytes at a position, as a little-endian buffer.
   *
   * @throws WeightsException if the file has fewer, or cannot be read
   */
  public ByteBuffer read(long position, int length) {
    if (position < 0 || length < 0 || length > size - position) {
      throw refuse("is truncated: %d bytes wanted at %d, of %d".formatted(length, position, size));
    }
    ByteBuffer buffer = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
    read(position, buffer);
    return buffer;
  }

  /**
   * Fills the buffer's remaining bytes from a position and flips it.
   *
   * @throws WeightsException if the file has fewer, or cannot be read
   */
  public void read(long position, ByteBuffer buffer) {
    try {
      channel.position(begin + position);
      int end = buffer.limit();
      while (buffer.position() < end) {
        buffer.limit(Math.min(end, buffer.position() + PIECE));
        if (channel.read(buffer) < 0) {
          throw new EOFException("the file became shorter while it was read");
        }
      }
      buffer.flip();
    } catch (IOException e) {
      throw new WeightsException(name + ": cannot be read: " + e, e);
    }
  }

  /** The file's first bytes, as many as there are up to a limit, as a little-endian buffer. */
  public ByteBuffer start(int limit) {
    return read(0, (int) Math.min(limit, size));
  }

  /** A stretch of the file, from front to back. It is not buffered. */
  public InputStream stream(long position, long length) {
    if (position < 0 || length < 0 || length > size - position) {
      throw refuse("is truncated: %d bytes wanted at %d, of %d".formatted(length, position, size));
    }
    return new Stretch(position, position + length);
  }

  /** A refusal of the file as a whole. */
  public WeightsException refuse(String problem) {
    return new WeightsException(name + ": " + problem);
  }

  /** A refusal of one entry or tensor. */
  public WeightsException refuse(String key, String problem) {
    return new WeightsException(name + ": " + printable(key) + ": " + problem);
  }

  /** Text from a file for a message: short, and without control characters. */
  public static String printable(String text) {
    int limit = 120;
    String shorter = text.length() <= limit ? text : text.substring(0, limit) + "…";
    return shorter.replaceAll("\\p{C}", "?");
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw new WeightsException(name + ": cannot be closed: " + e, e);
    }
  }

  private final class Stretch extends InputStream {
    private final long end;
    private long next;

    Stretch(long begin, long end) {
      this.next = begin;
      this.end = end;
    }

    @Override
    public int read() {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public long skip(long count) {
      long skipped = Math.max(Math.min(count, end - next), 0);
      next += skipped;
      return skipped;
    }

    @Override
    public int read(byte[] target, int offset, int length) {
      int count = (int) Math.min(length, end - next);
      if (count == 0) {
        return length == 0 ? 0 : -1;
      }
      FileBytes.this.read(next, ByteBuffer.wrap(target, offset, count));
      next += count;
      return count;
    }
  }
}
