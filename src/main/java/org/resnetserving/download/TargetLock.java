package org.resnetserving.download;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.resnetserving.download.DownloadException.Kind;

/**
 * Lets one download at a time to a file, among the threads of this process and among processes. The
 * lock file stays: to delete it would let two in.
 */
final class TargetLock implements AutoCloseable {
  private static final Duration POLL = Duration.ofMillis(100);

  /** A FileLock belongs to the whole process: its threads exclude each other here. */
  private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

  private final Path file;
  private final FileChannel channel;

  private TargetLock(Path file, FileChannel channel) {
    this.file = file;
    this.channel = channel;
  }

  /** Waits for the file, whose folder is made, at most so long. */
  static TargetLock take(
      Path folder, String name, Duration most, Timing timing, ProgressListener listener)
      throws TransferException, InterruptedException {
    long begin = timing.ticker().getAsLong();
    boolean told = false;
    try {
      Path file = Files.createDirectories(folder).toRealPath().resolve(name + ".lock");
      while (true) {
        TargetLock lock = tryTake(file);
        if (lock != null) {
          return lock;
        }
        if (timing.ticker().getAsLong() - begin > most.toNanos()) {
          throw TransferException.last(
              Kind.TIMEOUT,
              "another download of "
                  + folder.resolve(name)
                  + " has held its lock for "
                  + most.toSeconds()
                  + " s");
        }
        if (!told) {
          told = true;
          listener.waiting("waiting for another download of " + folder.resolve(name), most);
        }
        timing.sleeper().sleep(POLL);
      }
    } catch (IOException e) {
      throw TransferException.disk(e);
    }
  }

  private static @Nullable TargetLock tryTake(Path file) throws IOException {
    if (!HELD.add(file)) {
      return null;
    }
    TargetLock lock = null;
    try {
      FileChannel channel =
          FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      try {
        lock = channel.tryLock() == null ? null : new TargetLock(file, channel);
      } catch (OverlappingFileLockException e) {
        lock = null; // another class loader's copy of this class holds it
      } finally {
        if (lock == null) {
          channel.close();
        }
      }
      return lock;
    } finally {
      if (lock == null) {
        HELD.remove(file);
      }
    }
  }

  @Override
  public void close() throws IOException {
    try {
      channel.close();
    } finally {
      HELD.remove(file);
    }
  }
}
