package org.resnetserving.download;

import java.time.Duration;

/** How to wait; a test's does not. */
@FunctionalInterface
public interface Sleeper {
  /** Returns after the duration. */
  void sleep(Duration duration) throws InterruptedException;
}
