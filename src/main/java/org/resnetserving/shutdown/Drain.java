package org.resnetserving.shutdown;

import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/**
 * Holds the shutdown up for the drain delay. Spring has published before that the service is not
 * ready; the web server stops after it.
 */
@Component
final class Drain implements SmartLifecycle {
  private static final Logger log = LoggerFactory.getLogger(Drain.class);

  /**
   * For so long requests are answered at least, and their connections closed with the answers: who
   * keeps one and sends the next request at this moment would find it cut.
   */
  private static final Duration LEAST = Duration.ofMillis(300);

  private final ShutdownProperties properties;
  private volatile boolean running;
  private volatile boolean draining;

  Drain(ShutdownProperties properties) {
    this.properties = properties;
  }

  /** Whether the service has said that it is about to go. */
  boolean draining() {
    return draining;
  }

  @Override
  public void start() {
    draining = false;
    running = true;
  }

  @Override
  public void stop() {
    running = false;
    draining = true;
    Duration delay = properties.drainDelay();
    if (delay.compareTo(LEAST) > 0) {
      log.info("Not ready any more; answering for {} yet", delay);
    }
    try {
      Thread.sleep(Math.max(delay.toMillis(), LEAST.toMillis()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public boolean isRunning() {
    return running;
  }

  @Override
  public boolean isPauseable() {
    return false;
  }

  /** The first to stop. */
  @Override
  public int getPhase() {
    return Integer.MAX_VALUE;
  }
}
