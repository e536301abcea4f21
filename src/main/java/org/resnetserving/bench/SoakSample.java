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
 * @param directMegabytes Java's direct buffers, as {@code jvm_buffer_memory_used_bytes} tells; not
 *     a number where it does not
 * @param files open file descriptors; 0 where the system does not tell
 * @param threads 0 where the system does not tell
 * @param counts what became of the errands so far
 * @param difference of the golden pictures' answers from the first ones
 */
record SoakSample(
    double seconds,
    double residentMegabytes,
    double heapMegabytes,
    double directMegabytes,
    long files,
    long threads,
    SoakLoad.Counts counts,
    double difference) {
  private static final double MEGABYTE = 1 << 20;
  private static final String HEAP = "jvm_memory_used_bytes{area=\"heap\"";
  private static final String DIRECT = "jvm_buffer_memory_used_bytes{id=\"direct\"";

  /**
   * Of a service, now.
   *
   * @param management where its metrics are
   */
  static SoakSample of(
      long pid,
      InetSocketAddress management,
      double seconds,
      SoakLoad.Counts counts,
      double difference)
      throws IOException {
    String metrics = ChildProcess.get(management, "/actuator/prometheus").body();
    return new SoakSample(
        seconds,
        ProcessUsage.of(pid).residentBytes() / MEGABYTE,
        heap(metrics) / MEGABYTE,
        direct(metrics) / MEGABYTE,
        ProcessUsage.files(pid),
        ProcessUsage.threads(pid),
        counts,
        difference);
  }

  /** The sum of the pools of the heap, in bytes. */
  static double heap(String metrics) {
    return sum(metrics, HEAP);
  }

  /** Java's direct buffers, in bytes. */
  static double direct(String metrics) {
    return sum(metrics, DIRECT);
  }

  private static double sum(String metrics, String series) {
    double[] pools =
        metrics
            .lines()
            .filter(line -> line.startsWith(series))
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
        "  after %5.0f s: RSS %.1f MB, heap %.1f, direct %.2f, %d files, %d threads; %d right,"
            + " %d busy, %d hung up, %d gone, %d wrong, %d failed; golden within %.1e",
        seconds,
        residentMegabytes,
        heapMegabytes,
        directMegabytes,
        files,
        threads,
        counts.right(),
        counts.busy(),
        counts.hungUp(),
        counts.gone(),
        counts.wrong(),
        counts.failed(),
        difference);
  }
}
