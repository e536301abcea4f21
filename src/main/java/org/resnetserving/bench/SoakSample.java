package org.resnetserving.bench;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Locale;

/**
 * What a service held at one moment.
 *
 * @param seconds since the soak began
 * @param residentMegabytes memory (RSS)
 * @param heapMegabytes Java objects, garbage included, as {@code jvm_memory_used_bytes} tells; not
 *     a number where it does not
 * @param files open file descriptors; 0 where the system does not tell
 * @param threads 0 where the system does not tell
 */
record SoakSample(
    double seconds, double residentMegabytes, double heapMegabytes, long files, long threads) {
  private static final double MEGABYTE = 1 << 20;
  private static final String HEAP = "jvm_memory_used_bytes{area=\"heap\"";

  /**
   * Of a service, now.
   *
   * @param management where its metrics are
   */
  static SoakSample of(long pid, InetSocketAddress management, double seconds) throws IOException {
    return new SoakSample(
        seconds,
        ProcessUsage.of(pid).residentBytes() / MEGABYTE,
        heap(ChildProcess.get(management, "/actuator/prometheus").body()) / MEGABYTE,
        ProcessUsage.files(pid),
        ProcessUsage.threads(pid));
  }

  /** The sum of the pools of the heap, in bytes. */
  static double heap(String metrics) {
    double[] pools =
        metrics
            .lines()
            .filter(line -> line.startsWith(HEAP))
            .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
            .toArray();
    double sum = 0;
    for (double pool : pools) {
      sum += pool;
    }
    return pools.length == 0 ? Double.NaN : sum;
  }

  String row() {
    return String.format(
        Locale.ROOT,
        "  after %5.0f s: RSS %.1f MB, heap %.1f MB, %d file descriptors, %d threads",
        seconds,
        residentMegabytes,
        heapMegabytes,
        files,
        threads);
  }
}
