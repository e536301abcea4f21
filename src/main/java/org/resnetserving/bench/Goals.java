package org.resnetserving.bench;

import static org.resnetserving.bench.Rounds.mean;
import static org.resnetserving.bench.Rounds.median;

import java.util.List;
import java.util.Objects;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/** What is to be reached; see RATIONALE for where each number comes from. */
final class Goals {
  private static final double PACED_TAIL = 1.5;
  private static final double OVER_THEORY = 1.2;
  private static final double USEFUL_PERCENT = 90;
  private static final double REFUSAL_MILLIS = 10;

  /** Megabytes. */
  static final double MEMORY = 700;

  private final Report report;
  private final Machine machine;

  Goals(Report report, Machine machine) {
    this.report = report;
    this.machine = machine;
  }

  /** The service beside the stock way. */
  void speedup(Setup setup, Rounds rounds, Setup stockSetup, List<Cell> baseline) {
    double peak = rounds.peakPerSecond();
    double stockPeak = mean(baseline, Cell::perSecond);
    report.add(
        Target.atLeast(
            "throughput over the stock way",
            machine.wantedSpeedup(),
            peak / stockPeak,
            "×",
            "%s %s img/s, %s %s img/s; processor time per picture %s×"
                .formatted(
                    setup.label(),
                    Cell.number(peak),
                    stockSetup.label(),
                    Cell.number(stockPeak),
                    Cell.number(
                        mean(baseline, Cell::serviceCpu) / mean(rounds.peak, Cell::serviceCpu)))));
  }

  /** What the service adds to its parts. */
  void parts(Rounds rounds, List<RawForward.Result> parts) {
    double forward = mean(parts, result -> fastest(result, program -> program.alone().millis()));
    double forwardCpu = mean(parts, result -> fastest(result, ProgramCosts::leastCpu));
    double decode = mean(parts, result -> decoding(result, RawForward.DECODE_ALONE).millis());
    double decodeCpu =
        mean(parts, result -> decoding(result, RawForward.DECODE_TOGETHER).cpuMillis());
    report.add(
        Target.atMost(
            "processor time per picture",
            forwardCpu + decodeCpu + 1,
            mean(rounds.peak, Cell::serviceCpu),
            " ms",
            "forward %s + decode %s + 1"
                .formatted(Cell.number(forwardCpu), Cell.number(decodeCpu))));
    report.add(
        Target.atMost(
            "p50 at concurrency 1",
            forward + decode + 2,
            mean(rounds.alone, cell -> cell.latency().p50()),
            " ms",
            "forward %s + decode %s + 2".formatted(Cell.number(forward), Cell.number(decode))));
  }

  private static Costs decoding(RawForward.Result parts, String how) {
    return Objects.requireNonNull(parts.decode().get(how), how);
  }

  private static double fastest(RawForward.Result parts, ToDoubleFunction<ProgramCosts> cost) {
    return parts.programs().stream()
        .filter(program -> program.failure().isEmpty())
        .mapToDouble(cost)
        .min()
        .orElse(Double.NaN);
  }

  /**
   * How it does below its peak, and above.
   *
   * @param workers that the service has
   */
  void loads(Rounds rounds, int workers) {
    tail("paced arrivals", PACED_TAIL, rounds.paced, "");
    double theory = Queueing.tail(workers, Measurement.STEADY_SHARE);
    tail(
        "Poisson arrivals",
        OVER_THEORY * theory,
        rounds.poisson,
        "M/D/%d has %s; ".formatted(workers, Cell.number(theory)));
    double useful = mean(rounds.overload, Cell::perSecond);
    report.add(
        Target.atLeast(
            "useful answers at 4× overload",
            USEFUL_PERCENT,
            100 * useful / rounds.peakPerSecond(),
            " % of peak",
            "%s img/s, late %d"
                .formatted(
                    Cell.number(useful), rounds.overload.stream().mapToLong(Cell::late).sum())));
    report.add(
        Target.atMost(
            "p99 of refusals at 4× overload",
            REFUSAL_MILLIS,
            median(rounds.overload, cell -> cell.refusals().p99()).refusals().p99(),
            " ms",
            "median of rounds"));
    double most = rounds.overload.stream().mapToDouble(Cell::peakMegabytes).max().orElse(0);
    if (most > 0) {
      report.add(Target.atMost("memory, most so far", MEMORY, most, " MB", ""));
    }
  }

  private void tail(String arrivals, double most, List<Cell> rounds, String theory) {
    Cell middle = median(rounds, cell -> cell.latency().tail());
    report.add(
        Target.atMost(
            "p99 over p50 at 80 % of peak, " + arrivals,
            most,
            middle.latency().tail(),
            "×",
            "%smedian of rounds: p50 %s, p99 %s ms; all: %s"
                .formatted(
                    theory,
                    Cell.number(middle.latency().p50()),
                    Cell.number(middle.latency().p99()),
                    rounds.stream()
                        .map(cell -> Cell.number(cell.latency().tail()))
                        .collect(Collectors.joining(", ")))));
  }
}
