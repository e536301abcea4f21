package org.resnetserving.crash;

import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A piece of work that native code does between this object's making and its closing. Nothing can
 * be said once native code has faulted; so what it is given is noted beforehand, where the next
 * process finds it.
 *
 * <p>Until {@link #watch}, and where nothing can be written, nothing is noted and nothing is lost
 * but that.
 */
public final class NativeWork implements AutoCloseable {
  /** Of how much of a picture's file the hash is: {@code head -c 4096 FILE | sha256sum}. */
  static final int PREFIX = 4096;

  private static final Logger log = LoggerFactory.getLogger(NativeWork.class);
  private static final MessageDigest SHA_256 = sha256();
  private static final NativeWork NOT_NOTED = new NativeWork(null, null);

  /* Concurrency: set once, before there are pictures; slots belong to one thread at a time. */
  private static volatile @Nullable WorkFile file;
  private static volatile List<UnfinishedWork> unfinished = List.of();
  private static boolean watched;

  private final @Nullable WorkFile of;
  private final WorkFile.@Nullable Slot slot;

  private NativeWork(@Nullable WorkFile of, WorkFile.@Nullable Slot slot) {
    this.of = of;
    this.slot = slot;
  }

  /**
   * Says in the log what processes before left unfinished, and begins to note what this one does.
   * Once for the whole process.
   *
   * @param folder for the file of this process, which it deletes in the end
   */
  public static synchronized void watch(Path folder) {
    if (watched) {
      return;
    }
    watched = true;
    List<UnfinishedWork> found = WorkFile.unfinished(folder);
    if (!found.isEmpty()) {
      log.error(
          "A process before ended without warning (native code failed, or it was killed) while it was {}",
          found.stream().map(UnfinishedWork::toString).collect(Collectors.joining("; ")));
    }
    unfinished = found;
    file = WorkFile.create(folder);
  }

  /** How much of each kind processes before left unfinished that ended without warning. */
  static Map<NativeTask, Long> unfinished() {
    return unfinished.stream()
        .collect(Collectors.groupingBy(UnfinishedWork::task, Collectors.counting()));
  }

  /**
   * A picture is decoded.
   *
   * @param task which decoder it goes to
   */
  public static NativeWork decoding(NativeTask task, byte[] picture) {
    WorkFile to = file;
    return to == null ? NOT_NOTED : note(to, task, "", picture.length, prefixHash(picture));
  }

  /** A program is loaded from a file of that name. */
  public static NativeWork loading(String name) {
    WorkFile to = file;
    return to == null ? NOT_NOTED : note(to, NativeTask.LOAD, name, 1, WorkFile.NO_HASH);
  }

  /** A network runs over so many pictures at once. */
  public static NativeWork running(String model, int pictures) {
    WorkFile to = file;
    return to == null ? NOT_NOTED : note(to, NativeTask.NETWORK, model, pictures, WorkFile.NO_HASH);
  }

  private static NativeWork note(WorkFile to, NativeTask task, String name, int size, byte[] hash) {
    WorkFile.Slot slot = to.take();
    if (slot == null) {
      return NOT_NOTED;
    }
    slot.note(task, System.currentTimeMillis(), size, hash, name, Thread.currentThread().getName());
    return new NativeWork(to, slot);
  }

  /** The SHA-256 of the first bytes. */
  static byte[] prefixHash(byte[] picture) {
    try {
      MessageDigest digest = (MessageDigest) SHA_256.clone();
      digest.update(picture, 0, Math.min(picture.length, PREFIX));
      return digest.digest();
    } catch (CloneNotSupportedException e) {
      throw new IllegalStateException("the JDK's own SHA-256 can be cloned", e);
    }
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  /** The work is done, or was refused: native code has returned. */
  @Override
  public void close() {
    if (of != null && slot != null) {
      slot.clear();
      of.giveBack(slot);
    }
  }
}
