package org.resnetserving.crash;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What native code was at when a process ended.
 *
 * @param since when it began
 * @param thread which did it: a crash report of the JVM ({@code hs_err_pid….log}) names the one
 *     that failed
 * @param name of the model or the file; empty for a picture
 * @param size bytes of the picture's file, or how many pictures ran together
 * @param prefixSha256 of the first {@value NativeWork#PREFIX} bytes of the picture's file; null if
 *     there is none
 */
record UnfinishedWork(
    NativeTask task,
    Instant since,
    String thread,
    String name,
    int size,
    @Nullable String prefixSha256) {

  @Override
  public String toString() {
    String what =
        switch (task) {
          case LOAD -> "loading the program %s".formatted(name);
          case NETWORK -> "running the model %s over a batch of %d".formatted(name, size);
          default ->
              "decoding a %s of %d bytes (SHA-256 of the first %d: %s)"
                  .formatted(task, size, Math.min(size, NativeWork.PREFIX), prefixSha256);
        };
    return "%s, since %s on thread %s".formatted(what, since, thread);
  }
}
