package org.resnetserving.bench;

import java.util.Map;

/**
 * What one measurement gave. Of the time after the warm-up alone.
 *
 * @param subject which service, set up how
 * @param load which load
 * @param seconds how long
 * @param perSecond useful answers a second: right, and within the deadline
 * @param latency of the answers; of an open loop from the moment at which a request was due
 * @param refusals the same of requests that were refused
 * @param outcomes how many requests ended with which status; 0 stands for a broken connection
 * @param late answers that came after the deadline
 * @param serviceCpu milliseconds of the service's processor time per answer
 * @param generatorCpu milliseconds of this process's processor time per answer
 * @param residentMegabytes memory of the service at the end
 * @param peakMegabytes most that it had so far
 * @param othersCores how many cores other processes kept busy meanwhile: they spoil the measurement
 */
record Cell(
    String subject,
    String load,
    double seconds,
    double perSecond,
    Latencies latency,
    Latencies refusals,
    Map<Integer, Long> outcomes,
    long late,
    double serviceCpu,
    double generatorCpu,
    double residentMegabytes,
    double peakMegabytes,
    double othersCores) {

  private static final String ROW = "%-26s %-22s %7s %8s %8s %8s %8s %8s %6s %6s  %s";

  /** What the columns of {@link #row} are. */
  static String header() {
    return ROW.formatted(
        "service", "load", "img/s", "p50 ms", "p95 ms", "p99 ms", "cpu ms", "gen ms", "RSS MB",
        "others", "");
  }

  /** A line for people. */
  String row() {
    return ROW.formatted(
        subject,
        load,
        number(perSecond),
        number(latency.p50()),
        number(latency.p95()),
        number(latency.p99()),
        number(serviceCpu),
        number(generatorCpu),
        residentMegabytes == 0 ? "-" : Long.toString(Math.round(residentMegabytes)),
        number(othersCores),
        remarks());
  }

  private String remarks() {
    StringBuilder remarks = new StringBuilder();
    if (refusals.count() > 0) {
      remarks.append(
          "refused %d (p50 %s, p99 %s ms) "
              .formatted(refusals.count(), number(refusals.p50()), number(refusals.p99())));
    }
    if (late > 0) {
      remarks.append("late %d ".formatted(late));
    }
    outcomes.forEach(
        (status, count) -> {
          if (status != 200 && status != 429) {
            remarks.append("%s %d ".formatted(status == 0 ? "broken" : status, count));
          }
        });
    return remarks.toString().strip();
  }

  /** Two or three digits that matter. */
  static String number(double value) {
    if (Double.isNaN(value)) {
      return "-";
    }
    return (value < 10 ? "%.2f" : value < 1000 ? "%.1f" : "%.0f").formatted(value);
  }
}
