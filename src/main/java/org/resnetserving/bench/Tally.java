package org.resnetserving.bench;

import java.util.Map;
import java.util.TreeMap;
import java.util.stream.LongStream;

/**
 * Makes a cell out of what the clients saw and the processes used. Throughput counts what ended in
 * the window, so that a queue that grows does not flatter it; latencies are of what was due in the
 * window, however long it took.
 *
 * @param subject what results call the service
 * @param measuresService whether the service's process is known
 * @param deadline seconds after which an answer is of no use
 */
record Tally(String subject, boolean measuresService, double deadline) {
  private static final int OK = 200;
  private static final int REFUSED = 429;
  private static final double MEGABYTE = 1 << 20;

  /** When it began, and between which moments it counts; nanoseconds. */
  record Span(long start, long measured, long end) {
    double seconds() {
      return (end - measured) / 1e9;
    }

    boolean holds(long moment) {
      return moment - measured >= 0 && moment - end < 0;
    }
  }

  /** What the two processes had used at one moment. */
  record Usage(ProcessUsage service, ProcessUsage generator) {}

  Cell cell(String load, Samples samples, Span window, Usage before, Usage after) {
    LongStream.Builder answers = LongStream.builder();
    LongStream.Builder refusals = LongStream.builder();
    Map<Integer, Long> outcomes = new TreeMap<>();
    long useful = 0;
    long answered = 0;
    long late = 0;
    for (int i = 0; i < samples.size(); i++) {
      long took = samples.ended(i) - samples.started(i);
      boolean ok = samples.status(i) == OK;
      boolean inTime = took <= deadline * 1e9;
      if (window.holds(samples.ended(i))) {
        answered += ok ? 1 : 0;
        useful += ok && inTime ? 1 : 0;
      }
      if (window.holds(samples.started(i))) {
        outcomes.merge(samples.status(i), 1L, Long::sum);
        late += ok && !inTime ? 1 : 0;
        if (ok) {
          answers.add(took);
        } else if (samples.status(i) == REFUSED) {
          refusals.add(took);
        }
      }
    }
    long serviceCpu = after.service().cpuNanos() - before.service().cpuNanos();
    long generatorCpu = after.generator().cpuNanos() - before.generator().cpuNanos();
    long busy = after.generator().busyNanos() - before.generator().busyNanos();
    double seconds = window.seconds();
    return new Cell(
        subject,
        load,
        seconds,
        useful / seconds,
        Latencies.of(answers.build().toArray()),
        Latencies.of(refusals.build().toArray()),
        outcomes,
        late,
        measuresService ? serviceCpu / 1e6 / answered : Double.NaN,
        generatorCpu / 1e6 / answered,
        after.service().residentBytes() / MEGABYTE,
        after.service().peakBytes() / MEGABYTE,
        measuresService
            ? Math.max(0, (busy - serviceCpu - generatorCpu) / 1e9 / seconds)
            : Double.NaN);
  }
}
