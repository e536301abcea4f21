package org.resnetserving.heartbeat;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;
import org.resnetserving.admission.Ticker;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/**
 * Beats twice a second. A beat that comes late tells that the process stood still; one at which the
 * machine's clock has gone on otherwise than the monotonic one, that the clock was set. Nothing
 * here waits by that clock, but what reads the log, the traces or the metrics does. The names of
 * the meters are a contract.
 */
@Component
final class Heartbeat implements SmartLifecycle {
  static final String STANDSTILL = "resnet.standstill";
  static final String CLOCK_JUMPS = "resnet.clock.jumps";

  private static final Logger log = LoggerFactory.getLogger(Heartbeat.class);

  private static final Duration INTERVAL = Duration.ofMillis(500);

  /** What is shorter may be a collection of garbage, or a processor that others want too. */
  static final Duration LEAST = Duration.ofSeconds(2);

  private final Ticker ticker;
  private final InstantSource clock;
  private final Timer standstills;
  private final Counter jumps;

  /* Concurrency: the thread's own, after the constructor. */
  private long lastNanos;
  private long lastMillis;

  private volatile @Nullable Thread thread;

  @Autowired
  Heartbeat(MeterRegistry registry, Ticker ticker) {
    this(registry, ticker, InstantSource.system());
  }

  Heartbeat(MeterRegistry registry, Ticker ticker, InstantSource clock) {
    this.ticker = ticker;
    this.clock = clock;
    this.standstills =
        Timer.builder(STANDSTILL)
            .description("Times that the whole process stood still for seconds, and how long")
            .register(registry);
    this.jumps =
        Counter.builder(CLOCK_JUMPS)
            .description("Times that the machine's clock was set by seconds")
            .register(registry);
    lastNanos = ticker.nanos();
    lastMillis = clock.millis();
  }

  /** Looks at both clocks. */
  void beat() {
    long nanos = ticker.nanos();
    long millis = clock.millis();
    Duration since = Duration.ofNanos(nanos - lastNanos);
    Duration jump = Duration.ofMillis(millis - lastMillis).minus(since);
    lastNanos = nanos;
    lastMillis = millis;
    Duration late = since.minus(INTERVAL);
    if (late.compareTo(LEAST) >= 0) {
      standstills.record(late);
      log.warn(
          "The process stood still for {} s: it was stopped, or had no processor or no memory."
              + " Requests whose deadlines passed meanwhile are refused",
          seconds(late));
    }
    if (jump.abs().compareTo(LEAST) >= 0) {
      jumps.increment();
      log.warn(
          "The machine's clock was set by {} s. Deadlines do not follow it; times in logs, traces"
              + " and metrics do",
          seconds(jump));
    }
  }

  private static String seconds(Duration duration) {
    return "%.1f".formatted(duration.toMillis() / 1e3);
  }

  @Override
  public void start() {
    lastNanos = ticker.nanos();
    lastMillis = clock.millis();
    Thread beating = new Thread(this::run, "heartbeat");
    beating.setDaemon(true);
    thread = beating;
    beating.start();
  }

  private void run() {
    try {
      while (isRunning()) {
        Thread.sleep(INTERVAL.toMillis());
        beat();
      }
    } catch (InterruptedException e) {
      log.debug("The service stops");
    }
  }

  @Override
  public void stop() {
    Thread beating = thread;
    thread = null;
    if (beating != null) {
      beating.interrupt();
    }
  }

  @Override
  public boolean isRunning() {
    return thread != null;
  }
}
