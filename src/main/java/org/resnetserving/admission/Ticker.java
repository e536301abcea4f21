package org.resnetserving.admission;

/** A monotonic clock. Its values mean something only as differences; they may be negative. */
@FunctionalInterface
public interface Ticker {
  /** Nanoseconds since an arbitrary origin. */
  long nanos();

  /** The Java virtual machine's own monotonic clock. */
  static Ticker system() {
    return System::nanoTime;
  }
}
