package org.resnetserving.catalog;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.resnetserving.download.DownloadException;
import org.resnetserving.download.Progress;
import org.resnetserving.download.ProgressListener;
import org.resnetserving.download.VerifiedFile;
import org.resnetserving.engine.EngineFailure;
import org.resnetserving.programs.ProgramChoice;
import org.resnetserving.programs.ProgramSummary;
import org.resnetserving.serving.ModelState;
import org.resnetserving.serving.ModelStatus;
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

  /** Memory while a network is loaded, for each byte of its weights in fp32: see RATIONALE. */
  private static final double MEMORY_PER_BYTE = 2.5;

  /** The same where bf16 or int8 may be run, which take half of it. */
  private static final double LESS_MEMORY_PER_BYTE = 1.5;

  private static final Duration FIRST_RETRY = Duration.ofSeconds(30);
  private static final Duration LAST_RETRY = Duration.ofMinutes(10);

  private final Catalog catalog;
  private final Supplier<ModelLoader> loaders;
  private final WeightStore store;
  private final CatalogMetrics metrics;
  private final Supplier<OptionalLong> room;
  private final Duration grace;

  /*
   * Concurrency: every change of a model's pipeline happens on the one loading thread, so that
   * loading and unloading of a model never overlap, and two models are never compiled or timed
   * against each other. Downloads run elsewhere and hand over to it. A model that was unloaded
   * before its turn came is not loaded: the catalog serves it no more. What is served under a name,
   * what is to take its place and what its meters show change together, under this object's lock.
   */
  private final ScheduledExecutorService loading =
      Executors.newSingleThreadScheduledExecutor(task -> daemon(task, "model-loader"));

  private final ScheduledExecutorService downloading =
      Executors.newScheduledThreadPool(DOWNLOADS, task -> daemon(task, "model-download"));

  /** Those under way, and those that wait to be tried again. */
  private final Map<ServedModel, Future<?>> downloads = new ConcurrentHashMap<>();

  /** Told once it is known what becomes of a model that is brought. */
  private final Map<ServedModel, CompletableFuture<ModelStatus>> outcomes =
      new ConcurrentHashMap<>();

  /** What is to take the place of a model, by its name; the newest wins. */
  private final Map<String, ServedModel> replacements = new ConcurrentHashMap<>();

  /** Models that wait to be loaded. */
  private final AtomicInteger toLoad = new AtomicInteger();

  /** Made by the loading thread when it is first needed. */
  private volatile @Nullable ModelLoader loader;

  private volatile boolean ending;

  /**
   * @param loaders makes the loader, which waits for libtorch
   * @param room the bytes of memory that the process may still take, where that is known
   * @param grace how long what was accepted may take when a model is taken away
   */
  ModelRunner(
      Catalog catalog,
      Supplier<ModelLoader> loaders,
      WeightStore store,
      CatalogMetrics metrics,
      Supplier<OptionalLong> room,
      Duration grace) {
    this.catalog = catalog;
    this.loaders = loaders;
    this.store = store;
    this.metrics = metrics;
    this.room = room;
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
    CompletableFuture<ModelStatus> unused = begin(model);
  }

  /**
   * Has the model served under its name. If there is one already, the model is loaded beside it and
   * takes its place once it is ready; if it fails, the other one goes on serving and says why.
   *
   * @return how it is once it answers, or has failed, or is wanted no longer
   */
  synchronized CompletableFuture<ModelStatus> serve(ServedModel model) {
    if (catalog.add(model)) {
      metrics.watch(model);
      return begin(model);
    }
    ServedModel superseded = replacements.put(model.name(), model);
    if (superseded != null) {
      drop(superseded, "another one was asked for after it");
    }
    remark(model.name(), "Another one is loaded to take its place");
    return begin(model);
  }

  private void remark(String name, String text) {
    catalog.find(name).ifPresent(served -> served.remark(text));
  }

  /**
   * Has a model's programs timed against each other, on the loading thread, and another one than it
   * runs take its place.
   *
   * @param disturbed whether to stop; what is to be loaded disturbs as well
   * @param then is told whether it came to an end; false if it was disturbed
   */
  void tune(ServedModel model, BooleanSupplier disturbed, Consumer<Boolean> then) {
    loading.execute(
        () -> {
          boolean ended = true;
          try {
            if (catalog.serves(model) && model.status().state() == ModelState.READY) {
              tune(model, () -> disturbed.getAsBoolean() || toLoad.get() > 0);
            }
          } catch (CancellationException e) {
            log.debug("Model {}: {}", model.name(), e.getMessage());
            ended = false;
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          } catch (EngineFailure e) {
            // What is served was right on few pictures, and is not on many.
            failed(model, String.valueOf(e.getMessage()));
          } catch (IOException | RuntimeException | Error e) {
            log.warn("Model {} stays as it is: its programs could not be tried", model.name(), e);
          } finally {
            then.accept(ended);
          }
        });
  }

  private void tune(ServedModel model, BooleanSupplier disturbed)
      throws IOException, InterruptedException {
    ProgramSummary runs = model.program();
    Optional<VerifiedFile> weights = store.find(model.descriptor());
    if (runs == null || runs.choice() == null || weights.isEmpty()) {
      return;
    }
    if (!weights.get().sha256().equals(runs.weightsSha256())) {
      return; // They were replaced, and are loaded when somebody says so.
    }
    ProgramChoice choice = loader().tune(model, weights.get(), disturbed);
    if (choice == null || choice.kind() == runs.choice().kind()) {
      if (choice != null) {
        model.becomeTuned(choice);
        log.info("Model {} was tuned, and runs what it ran: {}", model.name(), runs.sentence());
      }
      return;
    }
    replaceBy(loader().another(model), model);
  }

  /** Unless something else was done about it meanwhile. */
  private synchronized void replaceBy(ServedModel next, ServedModel model) {
    if (catalog.serves(model) && !replacements.containsKey(model.name())) {
      CompletableFuture<ModelStatus> unused = serve(next);
    }
  }

  private CompletableFuture<ModelStatus> begin(ServedModel model) {
    CompletableFuture<ModelStatus> outcome = new CompletableFuture<>();
    outcomes.put(model, outcome);
    toLoad.incrementAndGet();
    loading.execute(toLoad::decrementAndGet);
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
                    FutureTask<?> download = download(model, FIRST_RETRY);
                    downloading.execute(download);
                    stopUnwanted(model);
                  }
                }));
    return outcome;
  }

  private void settle(ServedModel model, ModelStatus status) {
    CompletableFuture<ModelStatus> outcome = outcomes.remove(model);
    if (outcome != null) {
      outcome.complete(status);
    }
  }

  /** It is wanted no longer, before it was ready or after. */
  private void drop(ServedModel model, String why) {
    stopDownload(model);
    settle(model, new ModelStatus(ModelState.FAILED, why, null));
  }

  private void load(ServedModel model, VerifiedFile weights) {
    // With libtorch loaded, what is left is what the model may take.
    ModelLoader with = loader();
    if (replacements.get(model.name()) == model) {
      requireRoomBeside(model, weights);
    } else {
      double perByte = with.isFp32(model) ? MEMORY_PER_BYTE : LESS_MEMORY_PER_BYTE;
      requireRoom(
          () -> (long) (perByte * size(weights.file())),
          "there is no room for it",
          "Give the service more (resources.limits.memory in the chart, --memory of a container), or,"
              + " if that is known to be enough, say so by --resnet.memory.minimum=0");
    }
    with.load(model, weights);
    if (model.status().state() != ModelState.READY) {
      giveUp(model);
      return;
    }
    if (replacements.get(model.name()) == model) {
      swap(model);
    }
    tell(model);
    if (!isWanted(model)) {
      close(model);
    }
    settle(model, model.status());
  }

  /** Has the meters of what is served tell what it runs. */
  private synchronized void tell(ServedModel model) {
    if (catalog.serves(model)) {
      metrics.tell(model);
    }
  }

  /** The same for a model beside the one whose place it takes. */
  private void requireRoomBeside(ServedModel next, VerifiedFile weights) {
    long parameters =
        catalog
            .find(next.name())
            .map(ServedModel::program)
            .map(ProgramSummary::parameters)
            .orElse(0L);
    requireRoom(
        () ->
            (long)
                (MEMORY_PER_BYTE * Math.max(size(weights.file()), parameters * (long) Float.BYTES)),
        "there is no room for it beside the one that is served",
        "Give the service more, or unload another model");
  }

  /**
   * Nothing if there seems to be so much memory.
   *
   * @throws IllegalStateException saying how much it takes, and how much there is
   */
  private void requireRoom(LongSupplier bytes, String refusal, String advice) {
    OptionalLong left = room.get();
    if (left.isEmpty()) {
      return;
    }
    long needed = bytes.getAsLong();
    if (needed > left.getAsLong()) {
      throw new IllegalStateException(
          "%s: to load it takes about %d MiB, and %d MiB of memory are left. %s"
              .formatted(refusal, needed >> 20, left.getAsLong() >> 20, advice));
    }
  }

  /** Of a file, or of those in a folder; 0 where it cannot be read, which loading it will tell. */
  private static long size(Path weights) {
    try {
      if (!Files.isDirectory(weights)) {
        return Files.size(weights);
      }
      try (Stream<Path> inside = Files.list(weights)) {
        return inside.filter(Files::isRegularFile).mapToLong(ModelRunner::size).sum();
      }
    } catch (IOException | UncheckedIOException e) {
      log.debug("{} cannot be measured", weights, e);
      return 0;
    }
  }

  private synchronized void swap(ServedModel next) {
    if (!replacements.remove(next.name(), next)) {
      return;
    }
    ServedModel former = catalog.replace(next).orElseThrow();
    metrics.rewatch(next);
    log.info("Model {} is another one from now on", next.name());
    drop(former, "another one has taken its place");
    free(former, () -> close(former));
  }

  private synchronized void giveUp(ServedModel next) {
    if (replacements.remove(next.name(), next)) {
      remark(next.name(), "What should take its place failed: " + next.status().reason());
      metrics.onChangeFailed();
      // Why, was said when it failed.
      log.info("Model {} stays as it is: what should take its place failed", next.name());
    }
    settle(next, next.status());
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
            delayed(model);
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

  /** It failed, and is tried again: if it is to take another one's place, that one says so. */
  private synchronized void delayed(ServedModel model) {
    if (replacements.get(model.name()) == model) {
      remark(model.name(), "What should take its place failed: " + model.status().reason());
    }
    settle(model, model.status());
  }

  private void retryLater(ServedModel model, Duration wait, Duration next) {
    FutureTask<?> again = download(model, next);
    ScheduledFuture<?> unused = downloading.schedule(again, wait.toMillis(), TimeUnit.MILLISECONDS);
    stopUnwanted(model);
  }

  /** A download that is kept until it has ended, so that it stops with the model. */
  private FutureTask<?> download(ServedModel model, Duration retry) {
    FutureTask<?> download =
        new FutureTask<@Nullable Void>(
            () -> {
              model.become(ModelState.DOWNLOADING);
              fetch(model, retry);
            },
            null) {
          @Override
          protected void done() {
            downloads.remove(model, this);
          }
        };
    downloads.put(model, download);
    return download;
  }

  /** The model may have gone before its download was kept. */
  private void stopUnwanted(ServedModel model) {
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
    tell(model);
    log.warn("Model {} failed: {}", model.name(), reason);
    giveUp(model);
  }

  /**
   * Takes the model of that name away: it is unknown at once, its download stops, and it finishes
   * what it has accepted.
   *
   * @return whether there was one
   * @throws IllegalArgumentException if it is the default one, which stays
   */
  synchronized boolean unload(String name) {
    Optional<ServedModel> found = catalog.remove(name);
    if (found.isEmpty()) {
      return false;
    }
    ServedModel model = found.get();
    metrics.forget(model);
    drop(model, "it was unloaded");
    ServedModel next = replacements.remove(name);
    if (next != null) {
      drop(next, "it was unloaded");
    }
    free(model, () -> closeForgotten(model));
    return true;
  }

  private void closeForgotten(ServedModel model) {
    close(model);
    synchronized (this) {
      // Its last batches had meters again; those of a later model of its name went with them.
      metrics.forget(model);
      catalog.find(model.name()).ifPresent(metrics::watch);
    }
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
    outcomes
        .keySet()
        .forEach(
            model -> settle(model, new ModelStatus(ModelState.FAILED, "the service stops", null)));
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

  /** How many downloads are under way, or wait to be tried again. */
  int downloads() {
    return downloads.size();
  }

  /** Frees all networks. Nothing runs any more. */
  void closeAll() {
    catalog.models().forEach(this::close);
  }
}
