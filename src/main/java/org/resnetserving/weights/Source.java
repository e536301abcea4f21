package org.resnetserving.weights;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** Bytes of a weights file at any position, and the name that messages call it by. */
final class Source implements AutoCloseable {
  private final String name;
  private final SeekableByteChannel channel;
  private final long size;

  Source(String name, SeekableByteChannel channel) throws IOException {
    this.name = name;
    this.channel = channel;
    this.size = channel.size();
  }

  static Source open(Path file) {
    String name = String.valueOf(file.getFileName());
    try {
      if (Files.isDirectory(file)) {
        throw new WeightsException(name + ": is a directory; name the weights file in it");
      }
      return new Source(name, Files.newByteChannel(file));
    } catch (NoSuchFileException e) {
      throw new WeightsException(name + ": no such file: " + file.toAbsolutePath(), e);
    } catch (IOException e) {
      throw new WeightsException(name + ": cannot be opened: " + e, e);
    }
  }

  String name() {
    return name;
  }

  long size() {
    return size;
  }

  /** The bytes at a position, little-endian; all of them or a refusal. */
  ByteBuffer read(long position, int length) {
    if (position < 0 || length < 0 || length > size - position) {
      throw refuse("is truncated: %d bytes wanted at %d, of %d".formatted(length, position, size));
    }
    ByteBuffer buffer = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
    read(position, buffer);
    return buffer;
  }

  /** Fills the buffer's remaining bytes from a position and flips it. */
  void read(long position, ByteBuffer buffer) {
    try {
      channel.position(position);
      while (buffer.hasRemaining()) {
        if (channel.read(buffer) < 0) {
          throw new EOFException("the file became shorter while it was read");
        }
      }
      buffer.flip();
    } catch (IOException e) {
      throw new WeightsException(name + ": cannot be read: " + e, e);
    }
  }

  /** A refusal of the file as a whole. */
  WeightsException refuse(String problem) {
    return new WeightsException(name + ": " + problem);
  }

  /** A refusal of one entry. */
  WeightsException refuse(String key, String problem) {
    return new WeightsException(name + ": " + printable(key) + ": " + problem);
  }

  /** Text from a file for a message: short, and without control characters. */
  static String printable(String text) {
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
}
