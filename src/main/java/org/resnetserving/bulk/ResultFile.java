package org.resnetserving.bulk;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Lines that are only ever added to a file, and are on the disk a second later. After a crash all
 * of them are whole but perhaps the last, which is cut off when the file is opened again.
 */
final class ResultFile implements AutoCloseable {
  private static final long SYNC_NANOS = 1_000_000_000L;

  private final FileChannel channel;
  private final LongSupplier ticker;
  private final long lines;
  private final @Nullable String first;
  private final @Nullable String last;
  private long synced;

  private ResultFile(FileChannel channel, LongSupplier ticker, Whole whole) {
    this.channel = channel;
    this.ticker = ticker;
    this.lines = whole.lines();
    this.first = whole.first();
    this.last = whole.last();
    this.synced = ticker.getAsLong();
  }

  /** What of a file is whole. */
  private record Whole(long lines, long bytes, @Nullable String first, @Nullable String last) {}

  /**
   * Opens it, or makes it, and cuts off a line that is not whole.
   *
   * @param ticker tells nanoseconds
   */
  static ResultFile open(Path file, LongSupplier ticker) throws IOException {
    Path folder = file.toAbsolutePath().getParent();
    if (folder != null) {
      Files.createDirectories(folder);
    }
    Whole whole = Files.exists(file) ? whole(file) : new Whole(0, 0, null, null);
    FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    if (channel.tryLock() == null) {
      channel.close();
      throw new IOException(file + " is being written by another process");
    }
    channel.truncate(whole.bytes());
    channel.position(whole.bytes());
    return new ResultFile(channel, ticker, whole);
  }

  private static Whole whole(Path file) throws IOException {
    long lines = 0;
    long bytes = 0;
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    String first = null;
    String last = null;
    try (InputStream in = new BufferedInputStream(Files.newInputStream(file), 1 << 16)) {
      for (int next = in.read(); next >= 0; next = in.read()) {
        if (next == '\n') {
          lines++;
          bytes += line.size() + 1;
          last = line.toString(StandardCharsets.UTF_8);
          first = lines == 1 ? last : first;
          line.reset();
        } else {
          line.write(next);
        }
      }
    }
    return new Whole(lines, bytes, first, last);
  }

  /** How many lines it had when it was opened. */
  long lines() {
    return lines;
  }

  /** The first of them; null if there was none. */
  @Nullable String first() {
    return first;
  }

  /** The last of them; null if there was none. */
  @Nullable String last() {
    return last;
  }

  /** Adds a line. */
  void append(String line) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap((line + "\n").getBytes(StandardCharsets.UTF_8));
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
    long now = ticker.getAsLong();
    if (now - synced >= SYNC_NANOS) {
      channel.force(false);
      synced = now;
    }
  }

  @Override
  public void close() throws IOException {
    try (channel) {
      channel.force(true);
    }
  }
}
