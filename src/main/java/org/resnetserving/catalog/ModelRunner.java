package org.resnetserving.catalog;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.resnetserving.download.DownloadException;
import org.resnetserving.download.Progress;
import org.resnetserving.download.ProgressListener;
import org.resnetserving.download.VerifiedFile;
import org.resnetserving.serving.ModelState;
import org.resnetserving.serving.Pipeline;
import org.resnetserving.serving.ServedModel;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings models to answering while the server is already up, and takes them away again. {@link
 * ModelsLifecycle} says when.
 */
final class ModelRunner {
  private static final Logger log = LoggerFactory.getLogger(ModelRunner.class);

  /** Downloads at once: they wait for the network, not for a core. */
  private static final int DOWNLOADS = 4;

  private static final Duration FIRST_RETRY = Duration.ofSeconds(30);
  private static final Duration LAST_RETRY = Duration.ofMinutes(10);

  private final Catalog catalog;
  private final Supplier<ModelLoader> loaders;
  private final WeightStore store;
  private final CatalogMetrics metrics;
  private final Duration grace;

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
  private final Map<ServedModel, Future<?>> downloads = new ConcurrentHashMap<>();

  /** What is to take the place of a model, by its name; the newest wins. */
  private final Map<String, ServedModel> replacements = new ConcurrentHashMap<>();

  /** Made by the loading thread when it is first needed. */
  private volatile @Nullable ModelLoader loader;

  private volatile boolean ending;

  /**
   * @param loaders makes the loader, which waits for libtorch
   * @param grace how long what was accepted may take when a model is taken away
   */
  ModelRunner(
      Catalog catalog,
      Supplier<ModelLoader> loaders,
      WeightStore store,
      CatalogMetrics metrics,
      Duration grace) {
    this.catalog = catalog;
    this.loaders = loaders;
    this.store = store;
    this.metrics = metrics;
    this.grace = grace;
  }

  private static Thread daemon(Runnable task, String name) {
    Thread thread = new Thread(task, name);
    thread.setDaemon(true);
    return thread;
  }

  private ModelLoader loader() {
    ModelLoader made = loader;
    if (made == null) {
      made = loaders.get();
      loader = made;
    }
    return made;
  }

  /** Shows a download of the model's weights, in its state and on the terminal or in the log. */
  private static Function<String, ProgressListener> progress(ServedModel model) {
    return name -> new DownloadState(model, Progress.auto().apply(name));
  }

  /** Does something every so often, until the service stops. */
  void every(Duration interval, Runnable step) {
    ScheduledFuture<?> unused =
        downloading.scheduleWithFixedDelay(
            () -> {
              try {
                step.run();
              } catch (RuntimeException e) { // It would be the last time.
                log.error("The models' files could not be looked at", e);
              }
            },
            0,
            interval.toMillis(),
            TimeUnit.MILLISECONDS);
  }

  /** Has the model loaded, and its weights fetched before where they are not here. */
  void bring(ServedModel model) {
    metrics.watch(model);
    begin(model);
  }

  /**
   * Has the model loaded beside the one of its name, which it takes the place of once it is ready.
   * If it fails, the other one goes on serving and says why.
   */
  void replace(ServedModel next) {
    ServedModel superseded = replacements.put(next.name(), next);
    if (superseded != null) {
      stopDownload(superseded);
    }
    catalog
        .find(next.name())
        .ifPresent(served -> served.remark("Another one is loaded to take its place"));
    begin(next);
  }

  private void begin(ServedModel model) {
    loading.execute(
        () ->
            attempt(
                model,
                () -> {
                  Optional<VerifiedFile> weights = store.find(model.descriptor());
                  if (weights.isPresent()) {
                    load(model, weights.get());
                  } else {
                    model.become(ModelState.DOWNLOADING);
                    keep(model, downloading.submit(() -> fetch(model, FIRST_RETRY)));
                  }
                }));
  }

  private void load(ServedModel model, VerifiedFile weights) {
    loader().load(model, weights);
    if (replacements.get(model.name()) == model) {
      if (model.status().state() == ModelState.READY) {
        swap(model);
      } else {
        giveUp(model);
      }
    } else if (!isWanted(model)) {
      close(model);
    }
  }

  private void swap(ServedModel next) {
    replacements.remove(next.name(), next);
    Optional<ServedModel> former = catalog.replace(next);
    if (former.isEmpty()) {
      log.info("Model {} was unloaded while another one was loaded to take its place", next.name());
      close(next);
      return;
    }
    metrics.rewatch(next);
    log.info("Model {} is another one from now on", next.name());
    free(former.get(), () -> close(former.get()));
  }

  private void giveUp(ServedModel next) {
    if (replacements.remove(next.name(), next)) {
      catalog
          .find(next.name())
          .ifPresent(
              served ->
                  served.remark("What should take its place failed: " + next.status().reason()));
      log.warn("Model {} stays as it is: what should take its place failed", next.name());
    }
  }

  /** Closes a model once the last request to it has ended, which none does later than it may. */
  @SuppressWarnings("FutureReturnValueIgnored") // Nobody waits for it.
  private void free(ServedModel model, Runnable closing) {
    model
        .retire()
        .orTimeout(model.maxDeadline().plus(grace).toMillis(), TimeUnit.MILLISECONDS)
        .whenComplete(
            (over, late) -> {
              if (!ending) {
                loading.execute(closing);
              }
            });
  }

  private boolean isWanted(ServedModel model) {
    return catalog.serves(model) || replacements.get(model.name()) == model;
  }

  private void fetch(ServedModel model, Duration retry) {
    attempt(
        model,
        () -> {
          try {
            VerifiedFile weights = store.fetch(model.descriptor(), progress(model));
            loading.execute(() -> attempt(model, () -> load(model, weights)));
          } catch (DownloadException e) {
            if (ending || !e.passing()) {
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
    if (!isWanted(model)) {
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
      giveUp(model);
    }
  }

  private void retryLater(ServedModel model, Duration wait, Duration next) {
    keep(
        model,
        downloading.schedule(
            () -> {
              if (isWanted(model)) {
                model.become(ModelState.DOWNLOADING);
                fetch(model, next);
              }
            },
            wait.toMillis(),
            TimeUnit.MILLISECONDS));
  }

  /** Keeps the download so that it stops with the model, be that now: it may be gone already. */
  private void keep(ServedModel model, Future<?> download) {
    downloads.put(model, download);
    if (!isWanted(model)) {
      stopDownload(model);
    }
  }

  private void stopDownload(ServedModel model) {
    Future<?> download = downloads.remove(model);
    if (download != null) {
      download.cancel(true);
    }
  }

  private void failed(ServedModel model, String reason) {
    model.become(ModelState.FAILED, reason);
    log.warn("Model {} failed: {}", model.name(), reason);
    giveUp(model);
  }

  /**
   * Takes a model away: it is unknown at once, its download stops, and it finishes what it has
   * accepted.
   */
  void unload(ServedModel model) {
    catalog.remove(model);
    metrics.forget(model);
    stopDownload(model);
    ServedModel next = replacements.remove(model.name());
    if (next != null) {
      stopDownload(next);
    }
    free(
        model,
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
   * Stops loading and fetching, for good.
   *
   * @return whether the loading thread has ended within that time
   */
  boolean end(Duration patience) {
    ending = true;
    downloading.shutdownNow();
    loading.shutdownNow();
    ModelLoader made = loader;
    if (made != null) {
      made.stop();
    }
    try {
      return loading.awaitTermination(patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** Frees all networks. Nothing runs any more. */
  void closeAll() {
    catalog.models().forEach(this::close);
  }
}
