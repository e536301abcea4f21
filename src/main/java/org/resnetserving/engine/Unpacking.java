package org.resnetserving.engine;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets one process at a time unpack libtorch into a folder, and removes what others left that died
 * at it: hundreds of megabytes each time. DJL unpacks into a folder beside, and renames that, so
 * that nothing is taken that is not whole; without a lock all would do so at once. The lock file
 * stays: to delete it would let two in.
 */
final class Unpacking implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Unpacking.class);

  private static final String LOCK = "unpacking.lock";

  /** DJL's, below the folder of natives. */
  private static final String LIBRARIES = "pytorch";

  private static final String UNFINISHED = "tmp";

  /** What is unpacked last. */
  private static final String LAST = "djl_torch";

  /** After that, whoever unpacks is taken to be stuck, and it is done beside. */
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  private static final long POLL_MILLIS = 100;

  private final @Nullable FileChannel lock;

  private Unpacking(@Nullable FileChannel lock) {
    this.lock = lock;
  }

  /** Waits for its turn, where there is something to unpack and files can be locked. */
  static Unpacking begin(Path natives) {
    if (isDone(natives)) {
      return new Unpacking(null);
    }
    try {
      FileChannel lock = take(natives.resolve(LOCK));
      if (lock != null) {
        removeUnfinished(natives.resolve(LIBRARIES));
      }
      return new Unpacking(lock);
    } catch (IOException e) {
      log.debug("Unpacked without a lock: {}", e.toString());
      return new Unpacking(null);
    }
  }

  private static boolean isDone(Path natives) {
    Path libraries = natives.resolve(LIBRARIES);
    try (Stream<Path> files = Files.find(libraries, 2, (file, about) -> true)) {
      return files
          .map(file -> libraries.relativize(file).toString())
          .anyMatch(name -> name.contains(LAST) && !name.startsWith(UNFINISHED));
    } catch (IOException e) {
      return false; // There is no folder yet.
    }
  }

  private static @Nullable FileChannel take(Path file) throws IOException {
    FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    long begin = System.nanoTime();
    boolean told = false;
    try {
      while (System.nanoTime() - begin < PATIENCE.toNanos()) {
        if (tryLock(channel)) {
          return channel;
        }
        if (!told) {
          log.info("Another process unpacks libtorch into {}: waiting", file.getParent());
          told = true;
        }
        Thread.sleep(POLL_MILLIS);
      }
      log.warn("{} has been held for {}: not waiting any longer", file, PATIENCE);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (IOException e) {
      channel.close();
      throw e;
    }
    channel.close();
    return null;
  }

  private static boolean tryLock(FileChannel channel) throws IOException {
    try {
      return channel.tryLock() != null;
    } catch (OverlappingFileLockException e) {
      return false; // Another thread of this process.
    }
  }

  /** Whoever made them is dead: it would hold the lock. */
  private static void removeUnfinished(Path libraries) throws IOException {
    if (!Files.isDirectory(libraries)) {
      return;
    }
    try (DirectoryStream<Path> unfinished = Files.newDirectoryStream(libraries, UNFINISHED + "*")) {
      for (Path folder : unfinished) {
        log.warn("A process died while it unpacked libtorch: {} is removed", folder);
        for (Path file : deepestFirst(folder)) {
          Files.deleteIfExists(file);
        }
      }
    }
  }

  private static List<Path> deepestFirst(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.sorted(Comparator.reverseOrder()).toList();
    }
  }

  @Override
  public void close() {
    if (lock != null) {
      try {
        lock.close();
      } catch (IOException e) {
        log.debug("Not unlocked", e);
      }
    }
  }
}
