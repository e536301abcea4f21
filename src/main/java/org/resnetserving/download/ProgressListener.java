package org.resnetserving.download;

import java.nio.file.Path;
import java.time.Duration;

/** Is told how one download goes, on the thread that downloads. */
public interface ProgressListener {

  /**
   * An answer arrives; again after every break.
   *
   * @param source from where
   * @param have bytes that are there already
   * @param total bytes of the whole file, −1 where the server does not say
   */
  default void started(Source source, long have, long total) {}

  /** There is more now. */
  default void advanced(long have, long total) {}

  /** Nothing happens for a while, for this reason. */
  default void waiting(String why, Duration most) {}

  /** The file is there, whole, and verified if anything said what to expect. */
  default void finished(Path file) {}

  /** Nothing more follows, whether the file is there or not. */
  default void ended() {}
}
