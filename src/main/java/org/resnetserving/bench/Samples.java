package org.resnetserving.bench;

import java.util.Arrays;

/** What became of each request of one client. Not thread-safe. */
final class Samples {
  /** Status of a request whose connection broke. */
  static final int BROKEN = 0;

  private static final int INITIAL = 1024;

  private long[] started = new long[INITIAL];
  private long[] ended = new long[INITIAL];
  private short[] statuses = new short[INITIAL];
  private int size;

  void add(long start, long end, int status) {
    if (size == started.length) {
      started = Arrays.copyOf(started, 2 * size);
      ended = Arrays.copyOf(ended, 2 * size);
      statuses = Arrays.copyOf(statuses, 2 * size);
    }
    started[size] = start;
    ended[size] = end;
    statuses[size] = (short) status;
    size++;
  }

  void addAll(Samples others) {
    for (int i = 0; i < others.size; i++) {
      add(others.started[i], others.ended[i], others.statuses[i]);
    }
  }

  int size() {
    return size;
  }

  long started(int i) {
    return started[i];
  }

  long ended(int i) {
    return ended[i];
  }

  int status(int i) {
    return statuses[i];
  }
}
