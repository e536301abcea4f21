package org.resnetserving.bench;

import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Costs of one picture.
 *
 * @param perSecond how many a second, on all threads together
 * @param millis median time that it takes
 * @param cpuMillis processor time that it takes
 */
record Costs(double perSecond, double millis, double cpuMillis) {
  static final Costs UNKNOWN = new Costs(Double.NaN, Double.NaN, Double.NaN);

  private static final double WARM_UP_SECONDS = 1;

  /**
   * Repeats each work on a thread of its own, all at the same time.
   *
   * @param works each makes what is repeated, on its own thread
   * @param pictures that one repetition does
   * @param seconds how long, after a second to warm up
   * @throws ExecutionException if a work fails
   */
  static Costs of(List<Callable<Runnable>> works, int pictures, double seconds)
      throws ExecutionException, InterruptedException {
    ExecutorService executor = Executors.newFixedThreadPool(works.size());
    try {
      long measured = System.nanoTime() + (long) (WARM_UP_SECONDS * 1e9);
      long end = measured + (long) (seconds * 1e9);
      List<Future<List<Long>>> running = new ArrayList<>();
      for (Callable<Runnable> work : works) {
        running.add(executor.submit(() -> repeat(work.call(), measured, end)));
      }
      Thread.sleep((long) (WARM_UP_SECONDS * 1e3));
      long before = cpuNanos();
      List<Long> times = new ArrayList<>();
      for (Future<List<Long>> one : running) {
        times.addAll(one.get());
      }
      long cpu = cpuNanos() - before;
      double count = times.size() * (double) pictures;
      return new Costs(
          count / seconds,
          Latencies.of(times.stream().mapToLong(Long::longValue).toArray()).p50(),
          cpu / 1e6 / count);
    } finally {
      executor.shutdown();
    }
  }

  private static List<Long> repeat(Runnable work, long measured, long end) {
    List<Long> times = new ArrayList<>();
    for (long start = System.nanoTime(); start - end < 0; start = System.nanoTime()) {
      work.run();
      if (start - measured >= 0) {
        times.add(System.nanoTime() - start);
      }
    }
    return times;
  }

  private static long cpuNanos() {
    return ManagementFactory.getOperatingSystemMXBean()
            instanceof com.sun.management.OperatingSystemMXBean system
        ? system.getProcessCpuTime()
        : 0;
  }
}
