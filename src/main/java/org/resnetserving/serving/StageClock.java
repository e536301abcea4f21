package org.resnetserving.serving;

import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.resnetserving.admission.Ticker;

/** Measures what one request's time is spent on. Not thread-safe: it belongs to its request. */
public final class StageClock {
  private final Ticker ticker;
  private final long start;
  private final List<Interval> intervals = new ArrayList<>();
  private Stage stage;
  private long entered;

  /** Starts measuring, in {@link Stage#READ}. */
  public StageClock(Ticker ticker) {
    this.ticker = ticker;
    this.stage = Stage.READ;
    this.start = ticker.nanos();
    this.entered = start;
  }

  /**
   * A stage that is over.
   *
   * @param stage that the time was spent in
   * @param startNanos when it began, since the request's start
   * @param endNanos when it ended, likewise
   */
  public record Interval(Stage stage, long startNanos, long endNanos) {}

  /** From now on time is spent in that stage. */
  public void enter(Stage next) {
    enteredBefore(next, 0);
  }

  /** That long ago, though not before the current stage, time began to be spent in that stage. */
  void enteredBefore(Stage next, long nanos) {
    long began = Math.max(entered, ticker.nanos() - nanos);
    intervals.add(new Interval(stage, entered - start, began - start));
    stage = next;
    entered = began;
  }

  /** The stages so far, in the order of time; one may come more than once. */
  public List<Interval> intervals() {
    enter(stage);
    return List.copyOf(intervals);
  }

  /** Time since the start. */
  public Duration total() {
    return Duration.ofNanos(ticker.nanos() - start);
  }

  /** Time spent in each stage so far, in the order of the stages. */
  public Map<Stage, Duration> stages() {
    Map<Stage, Duration> durations = new EnumMap<>(Stage.class);
    for (Interval interval : intervals()) {
      durations.merge(
          interval.stage(),
          Duration.ofNanos(interval.endNanos() - interval.startNanos()),
          Duration::plus);
    }
    return durations;
  }

  /** {@link #stages()} in milliseconds by label, for people. */
  public Map<String, Double> millis() {
    Map<String, Double> millis = new LinkedHashMap<>();
    stages().forEach((s, duration) -> millis.put(s.label(), millis(duration)));
    return millis;
  }

  /** {@link #stages()} and the total as the header {@code Server-Timing} has them (W3C). */
  public String serverTiming() {
    StringBuilder timing = new StringBuilder();
    millis()
        .forEach(
            (stage, millis) -> timing.append(stage).append(";dur=").append(millis).append(", "));
    return timing.append("total;dur=").append(millis(total())).toString();
  }

  /** Milliseconds with three decimals. */
  public static double millis(Duration duration) {
    return Math.round(duration.toNanos() / 1e3) / 1e3;
  }
}
