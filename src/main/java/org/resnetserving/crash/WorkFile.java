package org.resnetserving.crash;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ArrayBlockingQueue;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A process's own file of slots, each of which says what native code is at on one thread. It is
 * mapped into memory: what is written there stays with the kernel when the process dies, whatever
 * it dies of. A lock on it tells others that the process lives.
 */
final class WorkFile {
  static final byte[] NO_HASH = new byte[32];

  private static final Logger log = LoggerFactory.getLogger(WorkFile.class);
  private static final String WORK = ".work";
  private static final String PART = ".part";

  /** What the file begins with: another arrangement is another name. */
  private static final byte[] MAGIC = "native work 1\n\0\0".getBytes(StandardCharsets.US_ASCII);

  /** A slot: task, 3 bytes unused, size, time, hash; thread and name, each with its length. */
  private static final int SLOT = 256;

  private static final int SIZE_AT = 4;
  private static final int TIME_AT = 8;
  private static final int HASH_AT = 16;
  private static final int THREAD_AT = HASH_AT + 32;
  private static final int THREAD_BYTES = 63;
  private static final int NAME_AT = THREAD_AT + 1 + THREAD_BYTES;
  private static final int NAME_BYTES = SLOT - NAME_AT - 1;

  /** More threads than decode and run at once; beyond it work is done without a note. */
  private static final int SLOTS = Math.max(64, 4 * Runtime.getRuntime().availableProcessors());

  /** A file of more is not ours. */
  private static final int MOST_BYTES = 4 << 20;

  private final Queue<Slot> free = new ArrayBlockingQueue<>(SLOTS);

  /** Holds the lock for as long as the process lives. */
  @SuppressWarnings({"unused", "FieldCanBeLocal"})
  private final FileChannel lock;

  private WorkFile(FileChannel lock, MappedByteBuffer memory) {
    this.lock = lock;
    for (int i = 0; i < SLOTS; i++) {
      free.add(new Slot(memory.slice(MAGIC.length + i * SLOT, SLOT)));
    }
  }

  /** This process's file; null, which is logged, where there can be none. */
  static @Nullable WorkFile create(Path folder) {
    Path part = null;
    try {
      Files.createDirectories(folder);
      // Locked before it has the name by which others find it.
      part = Files.createTempFile(folder, ProcessHandle.current().pid() + "-", PART);
      FileChannel channel =
          FileChannel.open(part, StandardOpenOption.READ, StandardOpenOption.WRITE);
      // Written and not only made longer: a mapped page for which the disk has no room is a fault.
      ByteBuffer content = ByteBuffer.allocate(MAGIC.length + SLOTS * SLOT).put(MAGIC).rewind();
      while (content.hasRemaining()) {
        channel.write(content);
      }
      if (channel.tryLock() == null) {
        throw new IOException("a file just made is locked by another");
      }
      MappedByteBuffer memory =
          channel.map(FileChannel.MapMode.READ_WRITE, 0, MAGIC.length + (long) SLOTS * SLOT);
      Path named = folder.resolve(part.getFileName().toString().replace(PART, WORK));
      Files.move(part, named, StandardCopyOption.ATOMIC_MOVE);
      named.toFile().deleteOnExit();
      return new WorkFile(channel, memory);
    } catch (IOException e) {
      log.info(
          "If native code ends this process, nobody will know of which picture: {} cannot be written ({})",
          folder,
          e.toString());
      delete(part);
      return null;
    }
  }

  private static void delete(@Nullable Path part) {
    try {
      if (part != null) {
        Files.deleteIfExists(part);
      }
    } catch (IOException e) {
      log.debug("It stays: {}", e.toString());
    }
  }

  /** What the files of processes that are gone tell; they are deleted. */
  static List<UnfinishedWork> unfinished(Path folder) {
    List<UnfinishedWork> found = new ArrayList<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "*" + WORK)) {
      for (Path file : files) {
        found.addAll(takeAbandoned(file));
      }
    } catch (NoSuchFileException e) {
      log.debug("No process before: {}", e.toString());
    } catch (IOException | DirectoryIteratorException e) {
      log.debug("What processes before did is not known: {}", e.toString());
    }
    return found;
  }

  private static List<UnfinishedWork> takeAbandoned(Path file) {
    try (FileChannel channel =
            FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE);
        FileLock lock = channel.tryLock()) {
      // Another that starts may have taken it between the listing and the lock.
      if (lock == null || !Files.exists(file)) {
        return List.of();
      }
      List<UnfinishedWork> told = read(channel);
      Files.deleteIfExists(file);
      return told;
    } catch (IOException | OverlappingFileLockException e) {
      log.debug("What a process before did is not known: {}", e.toString());
      return List.of();
    }
  }

  private static List<UnfinishedWork> read(FileChannel channel) throws IOException {
    long size = channel.size();
    if (size < MAGIC.length || size > MOST_BYTES) {
      return List.of();
    }
    ByteBuffer all = ByteBuffer.allocate((int) size);
    while (all.hasRemaining() && channel.read(all) >= 0) {
      // until its end
    }
    all.flip();
    if (!all.slice(0, Math.min(MAGIC.length, all.limit())).equals(ByteBuffer.wrap(MAGIC))) {
      return List.of();
    }
    List<UnfinishedWork> told = new ArrayList<>();
    for (int at = MAGIC.length; at + SLOT <= all.limit(); at += SLOT) {
      UnfinishedWork work = new Slot(all.slice(at, SLOT)).told();
      if (work != null) {
        told.add(work);
      }
    }
    return told;
  }

  /** A slot for one thread; null if there are none left. */
  @Nullable Slot take() {
    return free.poll();
  }

  void giveBack(Slot slot) {
    free.add(slot);
  }

  /** What one thread is at. */
  static final class Slot {
    private final ByteBuffer bytes;

    Slot(ByteBuffer bytes) {
      this.bytes = bytes;
    }

    void note(
        NativeTask task, long sinceMillis, int size, byte[] hash, String name, String thread) {
      bytes.putInt(SIZE_AT, size);
      bytes.putLong(TIME_AT, sinceMillis);
      bytes.put(HASH_AT, hash);
      text(THREAD_AT, THREAD_BYTES, thread);
      text(NAME_AT, NAME_BYTES, name);
      // Last: what follows is a call into native code, before which all this is in memory.
      bytes.put(0, task.code());
    }

    private void text(int at, int most, String text) {
      byte[] encoded = text.getBytes(StandardCharsets.UTF_8);
      int length = Math.min(encoded.length, most);
      bytes.put(at, (byte) length).put(at + 1, encoded, 0, length);
    }

    void clear() {
      bytes.put(0, (byte) 0);
    }

    @Nullable UnfinishedWork told() {
      NativeTask task = NativeTask.of(bytes.get(0)).orElse(null);
      if (task == null) {
        return null;
      }
      byte[] hash = new byte[NO_HASH.length];
      bytes.get(HASH_AT, hash);
      return new UnfinishedWork(
          task,
          Instant.ofEpochMilli(bytes.getLong(TIME_AT)),
          text(THREAD_AT, THREAD_BYTES),
          text(NAME_AT, NAME_BYTES),
          bytes.getInt(SIZE_AT),
          task.isPicture() ? HexFormat.of().formatHex(hash) : null);
    }

    /** Without what would make two lines of one in the log. */
    private String text(int at, int most) {
      byte[] encoded = new byte[Math.min(bytes.get(at) & 0xFF, most)];
      bytes.get(at + 1, encoded);
      return new String(encoded, StandardCharsets.UTF_8).replaceAll("\\p{Cntrl}", "?");
    }
  }
}
