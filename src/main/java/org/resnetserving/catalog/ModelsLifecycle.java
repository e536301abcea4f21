package org.resnetserving.catalog;

import java.time.Duration;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;
import org.resnetserving.pool.WorkerPool;
import org.resnetserving.programs.CacheProperties;
import org.resnetserving.serving.ServingProperties;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.SmartLifecycle;

/**
 * The order in which models come up with the service and go down with it; no other type knows it.
 *
 * <ol>
 *   <li>{@link #beginNatives}, before there are beans: libtorch and the decoders take a second to
 *       start, which Spring uses to put the service together.
 *   <li>{@link #begin}, when the beans are made: weights are looked for, and fetched where they are
 *       not here, while the natives still start. Models are loaded one after the other.
 *   <li>{@link #start}, when all beans are there: waits for the natives, so that a service without
 *       them refuses to start. The web server starts after it (a later phase), while models load:
 *       it says how far they are.
 *   <li>{@link #stop}, after the web server has finished what it accepted: loading stops, workers
 *       end, and only then are networks freed. libtorch's destructors would crash a run that is
 *       under way at the end of the process, so if one does not end, the process is halted, which
 *       runs none.
 *   <li>{@link #destroy} does the same where the service could not be put together after {@link
 *       #begin}: Spring stops only what it has started.
 * </ol>
 */
public final class ModelsLifecycle implements SmartLifecycle, DisposableBean {
  private static final Logger log = LoggerFactory.getLogger(ModelsLifecycle.class);
  private static final String NATIVES = "natives";

  /** What a run may take that nobody waits for any more. */
  private static final Duration LAST_RUN = Duration.ofSeconds(5);

  /** How often the tuner looks whether there is nothing else to do. */
  private static final Duration TUNER_LOOKS = Duration.ofMillis(500);

  /** The exit status of a process that was ended by SIGTERM. */
  private static final int TERMINATED = 143;

  /** How far the service is. */
  private enum Phase {
    MADE,
    BEGUN,
    STARTED,
    STOPPED
  }

  private final Natives natives;
  private final Catalog catalog;
  private final ModelRunner runner;
  private final WorkerPool pool;
  private final IntConsumer halt;
  private volatile @Nullable Tuner tuner;
  private volatile Phase phase = Phase.MADE;

  /**
   * @param halt ends the process at once, without running native destructors
   */
  ModelsLifecycle(
      Natives natives, Catalog catalog, ModelRunner runner, WorkerPool pool, IntConsumer halt) {
    this.natives = natives;
    this.catalog = catalog;
    this.runner = runner;
    this.pool = pool;
    this.halt = halt;
  }

  /** Begins before there are beans. An initializer of the server's application context. */
  public static void beginNatives(ConfigurableApplicationContext context) {
    Binder binder = Binder.get(context.getEnvironment());
    context
        .getBeanFactory()
        .registerSingleton(
            NATIVES,
            Natives.begin(
                binder.bindOrCreate("resnet", CacheProperties.class),
                binder.bindOrCreate("resnet.serving", ServingProperties.class)));
  }

  /** Begins to load all models. */
  void begin() {
    phase = Phase.BEGUN;
    catalog.models().forEach(runner::bring);
  }

  /** Has somebody look, every so often, whether the models' files are still the same. */
  void watch(ModelsWatch watch, Duration interval) {
    runner.every(interval, watch::look);
  }

  /** Has programs timed when nobody asks for anything, once the service has started. */
  void tune(Tuner tuner) {
    this.tuner = tuner;
  }

  @Override
  public void start() {
    natives.engine();
    natives.pictures();
    phase = Phase.STARTED;
    Tuner wanted = tuner;
    if (wanted != null) {
      runner.every(TUNER_LOOKS, wanted::look);
    }
  }

  @Override
  public void stop() {
    phase = Phase.STOPPED;
    boolean loaded = runner.end(LAST_RUN);
    boolean started = natives.settled(LAST_RUN);
    pool.close(LAST_RUN);
    if (loaded && started && pool.busyWorkers() == 0) {
      runner.closeAll();
    } else {
      log.error("A run has not ended: the process ends without cleaning up. {}", pool);
      halt.accept(TERMINATED);
    }
  }

  @Override
  public void destroy() {
    if (phase == Phase.BEGUN) {
      stop();
    }
  }

  @Override
  public boolean isRunning() {
    return phase == Phase.STARTED;
  }

  /** Stopping is for good. */
  @Override
  public boolean isPauseable() {
    return false;
  }

  /** Before the web server starts, and after it stopped. */
  @Override
  public int getPhase() {
    return 0;
  }
}
