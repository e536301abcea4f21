package org.resnetserving.catalog;

import java.time.Duration;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.resnetserving.batch.Ticker;

/** Measures what one request's time is spent on. Not thread-safe: it belongs to its request. */
public final class StageClock {
  private final Ticker ticker;
  private final long start;
  private final Map<Stage, Long> spent = new EnumMap<>(Stage.class);
  private Stage stage;
  private long entered;

  /** Starts measuring, in {@link Stage#READ}. */
  public StageClock(Ticker ticker) {
    this.ticker = ticker;
    this.stage = Stage.READ;
    this.start = ticker.nanos();
    this.entered = start;
  }

  /** From now on time is spent in that stage. */
  public void enter(Stage next) {
    long now = ticker.nanos();
    add(stage, now - entered);
    stage = next;
    entered = now;
  }

  /** The current stage's time so far was spent in another one, that much of it. */
  void shift(Stage to, long nanos) {
    add(stage, -nanos);
    add(to, nanos);
  }

  /** Time since the start. */
  public Duration total() {
    return Duration.ofNanos(ticker.nanos() - start);
  }

  /** Time spent in each stage so far, in the order of the stages. */
  public Map<Stage, Duration> stages() {
    enter(stage);
    Map<Stage, Duration> durations = new EnumMap<>(Stage.class);
    spent.forEach((s, nanos) -> durations.put(s, Duration.ofNanos(nanos)));
    return durations;
  }

  /** {@link #stages()} in milliseconds by label, for people. */
  public Map<String, Double> millis() {
    Map<String, Double> millis = new LinkedHashMap<>();
    stages().forEach((s, duration) -> millis.put(s.label(), millis(duration)));
    return millis;
  }

  /** Milliseconds with three decimals. */
  public static double millis(Duration duration) {
    return Math.round(duration.toNanos() / 1e3) / 1e3;
  }

  private void add(Stage to, long nanos) {
    spent.merge(to, nanos, Long::sum);
  }
}
