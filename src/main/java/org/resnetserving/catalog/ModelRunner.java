package org.resnetserving.catalog;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;
import org.resnetserving.download.DownloadException;
import org.resnetserving.download.Progress;
import org.resnetserving.download.ProgressListener;
import org.resnetserving.download.VerifiedFile;
import org.resnetserving.pool.WorkerPool;
import org.resnetserving.serving.ModelState;
import org.resnetserving.serving.Pipeline;
import org.resnetserving.serving.ServedModel;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.context.SmartLifecycle;

/**
 * Brings models to answering while the server is already up, and takes them away again when it has
 * stopped taking requests.
 */
final class ModelRunner implements SmartLifecycle, DisposableBean {
  private static final Logger log = LoggerFactory.getLogger(ModelRunner.class);

  /** Downloads at once: they wait for the network, not for a core. */
  private static final int DOWNLOADS = 4;

  private static final Duration FIRST_RETRY = Duration.ofSeconds(30);
  private static final Duration LAST_RETRY = Duration.ofMinutes(10);

  /** What a run may take that nobody waits for any more. */
  private static final Duration LAST_RUN = Duration.ofSeconds(5);

  /** The exit status of a process that was ended by SIGTERM. */
  private static final int TERMINATED = 143;

  private final Catalog catalog;
  private final Callable<ModelLoader> loaders;
  private final WeightStore store;
  private final WorkerPool pool;
  private final CatalogMetrics metrics;
  private final Duration grace;
  private final IntConsumer halt;

  /*
   * Concurrency: every change of a model's pipeline happens on the one loading thread, so that
   * loading and unloading of a model never overlap, and two models are never compiled or timed
   * against each other. Downloads run elsewhere and hand over to it. A model that was unloaded
   * before its turn came is not loaded: the catalog serves it no more.
   */
  private final ScheduledExecutorService loading =
      Executors.newSingleThreadScheduledExecutor(task -> daemon(task, "model-loader"));

  private final ScheduledExecutorService downloading =
      Executors.newScheduledThreadPool(DOWNLOADS, task -> daemon(task, "model-download"));
  private volatile boolean running;
  private volatile boolean started;
  private volatile @Nullable Future<ModelLoader> loader;

  /**
   * @param loaders makes the loader, which starts libtorch, while weights are verified
   * @param grace how long what was accepted may take when a model is taken away
   * @param halt ends the process at once, without running native destructors
   */
  ModelRunner(
      Catalog catalog,
      Callable<ModelLoader> loaders,
      WeightStore store,
      WorkerPool pool,
      CatalogMetrics metrics,
      Duration grace,
      IntConsumer halt) {
    this.catalog = catalog;
    this.loaders = loaders;
    this.store = store;
    this.pool = pool;
    this.metrics = metrics;
    this.grace = grace;
    this.halt = halt;
  }

  private static Thread daemon(Runnable task, String name) {
    Thread thread = new Thread(task, name);
    thread.setDaemon(true);
    return thread;
  }

  /** Begins to load, while the rest of the service is put together. */
  void begin() {
    running = true;
    FutureTask<ModelLoader> making = new FutureTask<>(loaders);
    loader = making;
    daemon(making, "libtorch-start").start();
    catalog.models().forEach(this::bring);
  }

  /** Has the service refuse to start where libtorch does. */
  @Override
  public void start() {
    loader();
    started = true;
  }

  private ModelLoader loader() {
    try {
      return Objects.requireNonNull(loader, "begin first").get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw new IllegalStateException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while libtorch started", e);
    }
  }

  /** Shows a download of the model's weights, in its state and on the terminal or in the log. */
  private static Function<String, ProgressListener> progress(ServedModel model) {
    return name -> new DownloadState(model, Progress.auto().apply(name));
  }

  /** Has the model loaded, and its weights fetched before where they are not here. */
  void bring(ServedModel model) {
    metrics.watch(model);
    loading.execute(
        () ->
            attempt(
                model,
                () -> {
                  Optional<VerifiedFile> weights = store.find(model.descriptor());
                  if (weights.isPresent()) {
                    loader().load(model, weights.get());
                  } else {
                    model.become(ModelState.DOWNLOADING);
                    downloading.execute(() -> fetch(model, FIRST_RETRY));
                  }
                }));
  }

  private void fetch(ServedModel model, Duration retry) {
    attempt(
        model,
        () -> {
          try {
            VerifiedFile weights = store.fetch(model.descriptor(), progress(model));
            loading.execute(() -> attempt(model, () -> loader().load(model, weights)));
          } catch (DownloadException e) {
            if (!running || !e.passing()) {
              throw e;
            }
            model.becomeFailed(String.valueOf(e.getMessage()), retry);
            log.warn("Model {} failed: {}", model.name(), model.status().reason());
            Duration next = retry.multipliedBy(2);
            retryLater(model, retry, next.compareTo(LAST_RETRY) < 0 ? next : LAST_RETRY);
          }
        });
  }

  /** Takes a step towards a model that is still wanted; whatever goes wrong ends in its state. */
  private void attempt(ServedModel model, Runnable step) {
    if (!catalog.serves(model)) {
      return;
    }
    try {
      step.run();
    } catch (RejectedExecutionException e) {
      failed(model, "the service stops");
    } catch (RuntimeException e) {
      failed(model, String.valueOf(e.getMessage()));
    } catch (Error e) { // An executor would keep it to itself.
      model.become(ModelState.FAILED, e.toString());
      log.error("Model {} failed", model.name(), e);
    }
  }

  @SuppressWarnings("FutureReturnValueIgnored") // Its failures end in the model's state.
  private void retryLater(ServedModel model, Duration wait, Duration next) {
    downloading.schedule(
        () -> {
          if (catalog.serves(model)) {
            model.become(ModelState.DOWNLOADING);
            fetch(model, next);
          }
        },
        wait.toMillis(),
        TimeUnit.MILLISECONDS);
  }

  private static void failed(ServedModel model, String reason) {
    model.become(ModelState.FAILED, reason);
    log.warn("Model {} failed: {}", model.name(), reason);
  }

  /** Takes a model away: it is unknown at once, and finishes what it has accepted. */
  void unload(ServedModel model) {
    catalog.remove(model);
    metrics.forget(model);
    loading.execute(
        () -> {
          close(model);
          // Its last batches had meters again; those of a later model of its name went with them.
          metrics.forget(model);
          catalog.find(model.name()).ifPresent(metrics::watch);
        });
  }

  private void close(ServedModel model) {
    Pipeline pipeline = model.pipeline();
    if (pipeline != null) {
      pipeline.close(grace);
    }
  }

  /**
   * Waits for what runs, since libtorch's destructors at the exit of the process would crash a run
   * that is under way. The web server has stopped, so nobody waits for more.
   */
  @Override
  public void stop() {
    running = false;
    started = false;
    downloading.shutdownNow();
    loading.shutdownNow();
    boolean made = settled();
    boolean loaded = ended(loading);
    pool.close(LAST_RUN);
    if (made && loaded && pool.busyWorkers() == 0) {
      catalog.models().forEach(this::close);
    } else {
      log.error("A run has not ended: the process ends without cleaning up. {}", pool);
      halt.accept(TERMINATED);
    }
  }

  /** Stops what began, where the rest of the service could not be put together. */
  @Override
  public void destroy() {
    if (running) {
      stop();
    }
  }

  /**
   * Whether libtorch has started, or has not been asked to; the loader knows then that it stops.
   */
  private boolean settled() {
    Future<ModelLoader> made = loader;
    if (made == null) {
      return true;
    }
    try {
      made.get(LAST_RUN.toMillis(), TimeUnit.MILLISECONDS).stop();
      return true;
    } catch (ExecutionException e) {
      return true;
    } catch (TimeoutException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private static boolean ended(ExecutorService executor) {
    try {
      return executor.awaitTermination(LAST_RUN.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  @Override
  public boolean isRunning() {
    // Not from the beginning of the loading: Spring would not call start().
    return started;
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
