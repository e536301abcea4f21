package org.resnetserving.catalog;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.BaseUnits;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import java.util.function.ToIntFunction;
import org.resnetserving.build.Build;
import org.resnetserving.pool.LaneListener;
import org.resnetserving.pool.WorkerPool;
import org.resnetserving.programs.ChoiceMemory;
import org.resnetserving.programs.ProgramSummary;
import org.resnetserving.serving.AnswerCache;
import org.resnetserving.serving.CacheListener;
import org.resnetserving.serving.Lookup;
import org.resnetserving.serving.ModelState;
import org.resnetserving.serving.Pipeline;
import org.resnetserving.serving.ServedModel;

/** How models and workers are. The names are a contract: see the README. */
public final class CatalogMetrics implements LaneListener, CacheListener {
  static final String QUEUED = "resnet.queued";
  static final String RUNNING = "resnet.running";

  /** Pictures that ran together: one sample a run. */
  public static final String BATCH_SIZE = "resnet.batch.size";

  static final String MODEL_STATE = "resnet.model.state";
  static final String MODEL_INFO = "resnet.model.info";
  static final String BUILD_INFO = "resnet.build.info";
  static final String WORKERS = "resnet.workers";
  static final String WORKERS_BROKEN = "resnet.workers.broken";
  static final String WORKERS_REPLACED = "resnet.workers.replaced";

  static final String CHANGES_FAILED = "resnet.models.changes.failed";
  static final String TRIAL_DEATHS = "resnet.trial.deaths";
  static final String CHOICES_UNKEPT = "resnet.choices.unkept";

  static final String CACHE_REQUESTS = "resnet.cache.requests";
  static final String CACHE_BYTES = "resnet.cache.size";
  static final String CACHE_ANSWERS = "resnet.cache.answers";

  private static final double[] BATCH_SIZES = {1, 2, 4, 8, 16, 32, 64, 128, 256};

  private final MeterRegistry registry;
  private final Counter changesFailed;

  CatalogMetrics(MeterRegistry registry) {
    this.registry = registry;
    changesFailed =
        Counter.builder(CHANGES_FAILED)
            .description("Changes of what is served that failed: it goes on as it was")
            .register(registry);
  }

  /** A model, or all, should have changed and stays as it is. */
  void onChangeFailed() {
    changesFailed.increment();
  }

  void watch(WorkerPool pool) {
    Gauge.builder(WORKERS, pool, WorkerPool::workers)
        .description("Threads that run networks, shared by all models")
        .register(registry);
  }

  void watch(AnswerCache cache) {
    if (cache.isOn()) {
      Gauge.builder(CACHE_BYTES, cache, AnswerCache::bytes)
          .description("Memory that the answers take that are kept, about")
          .baseUnit(BaseUnits.BYTES)
          .register(registry);
      Gauge.builder(CACHE_ANSWERS, cache, AnswerCache::answers)
          .description("Answers that are kept, about")
          .register(registry);
    }
  }

  void watch(ChoiceMemory memory) {
    for (ChoiceMemory.Death how : ChoiceMemory.Death.values()) {
      Gauge.builder(TRIAL_DEATHS, memory, choices -> choices.deaths(how))
          .description("Processes that died of late while they tried a program")
          .tag("how", how.name().toLowerCase(Locale.ROOT))
          .register(registry);
    }
    Gauge.builder(CHOICES_UNKEPT, memory, choices -> choices.isKept() ? 0 : 1)
        .description("1 while choices of programs cannot be written to the cache folder")
        .register(registry);
  }

  void watch(ServedModel model) {
    gauge(QUEUED, "Pictures let in that no worker runs yet", model, Pipeline::queued);
    gauge(RUNNING, "Pictures that a worker runs now", model, pipeline -> pipeline.lane().running());
    gauge(
        WORKERS_BROKEN,
        "Workers that have no predictor that works; they try again by themselves",
        model,
        pipeline -> pipeline.lane().brokenWorkers());
    for (ModelState state : ModelState.values()) {
      Gauge.builder(MODEL_STATE, model, served -> served.status().state() == state ? 1 : 0)
          .description("1 for the state that the model is in, 0 for the others")
          .tag("model", model.name())
          .tag("state", state.label())
          .register(registry);
    }
    replaced(model.name());
    tell(model);
  }

  /** Tells which build this is. */
  void tell(Build build, String libtorch) {
    Gauge.builder(BUILD_INFO, () -> 1)
        .description("1; what the service is")
        .tag("version", build.version())
        .tag("commit", build.commit())
        .tag("java", System.getProperty("java.version"))
        .tag("torch", libtorch)
        .register(registry);
  }

  /** Tells what the model runs from now on, in the place of what it ran. */
  void tell(ServedModel model) {
    remove(model.name(), id -> id.getName().equals(MODEL_INFO));
    ProgramSummary runs = model.program();
    if (runs != null && model.status().state() == ModelState.READY) {
      Gauge.builder(MODEL_INFO, () -> 1)
          .description("1; what the model runs")
          .tag("model", model.name())
          .tag("program", runs.program())
          .tag("precision", runs.precision())
          .tag("weights_sha256", runs.weightsSha256())
          .register(registry);
    }
  }

  private void remove(String model, Predicate<Meter.Id> which) {
    for (Meter meter : List.copyOf(registry.getMeters())) {
      Meter.Id id = meter.getId();
      if (id.getName().startsWith("resnet.")
          && model.equals(id.getTag("model"))
          && which.test(id)) {
        registry.remove(id);
      }
    }
  }

  /** The gauges of a name show another model from now on; what was counted goes on. */
  void rewatch(ServedModel model) {
    remove(model.name(), id -> id.getType() == Meter.Type.GAUGE);
    watch(model);
  }

  /** The model is gone, and with it its meters. */
  void forget(ServedModel model) {
    remove(model.name(), id -> true);
  }

  private void gauge(
      String name, String description, ServedModel model, ToIntFunction<Pipeline> value) {
    Gauge.builder(
            name,
            model,
            served -> {
              Pipeline pipeline = served.pipeline();
              return pipeline == null ? 0 : value.applyAsInt(pipeline);
            })
        .description(description)
        .tag("model", model.name())
        .register(registry);
  }

  @Override
  public void onBatch(String lane, int size, long[] queueNanos, long runNanos) {
    DistributionSummary.builder(BATCH_SIZE)
        .description("Pictures that ran together")
        .serviceLevelObjectives(BATCH_SIZES)
        .tag("model", lane)
        .register(registry)
        .record(size);
  }

  @Override
  public void onLookup(String model, Lookup lookup) {
    Counter.builder(CACHE_REQUESTS)
        .description("Pictures looked for among the answers that are kept, by what was found")
        .tag("model", model)
        .tag("result", lookup.label())
        .register(registry)
        .increment();
  }

  @Override
  public void onReplaced(String lane) {
    replaced(lane).increment();
  }

  private Counter replaced(String model) {
    return Counter.builder(WORKERS_REPLACED)
        .description("Predictors that broke and were replaced")
        .tag("model", model)
        .register(registry);
  }
}
