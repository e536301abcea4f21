package org.resnetserving.catalog;

import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.Function;
import java.util.function.Supplier;
import org.resnetserving.admission.Permits;
import org.resnetserving.admission.Ticker;
import org.resnetserving.build.Build;
import org.resnetserving.engine.NativeEngine;
import org.resnetserving.memory.MemoryProperties;
import org.resnetserving.memory.MemoryRoom;
import org.resnetserving.memory.RequestHeap;
import org.resnetserving.models.ModelDescriptor;
import org.resnetserving.pool.WorkerPool;
import org.resnetserving.programs.CacheProperties;
import org.resnetserving.programs.Calibrations;
import org.resnetserving.programs.ChoiceMemory;
import org.resnetserving.programs.ProgramChooser;
import org.resnetserving.programs.TuningProperties;
import org.resnetserving.serving.AnswerCache;
import org.resnetserving.serving.AnswerCacheProperties;
import org.resnetserving.serving.DecodingProperties;
import org.resnetserving.serving.ServedModel;
import org.resnetserving.serving.ServingProperties;
import org.resnetserving.serving.Workshop;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Puts together what serves the models. */
@Configuration(proxyBeanMethods = false)
class CatalogConfiguration {
  private static final Logger log = LoggerFactory.getLogger(CatalogConfiguration.class);

  @Bean
  Ticker ticker() {
    return Ticker.system();
  }

  /** For all that requests take of the Java heap: each of them has its part of these. */
  @Bean
  Permits requestHeap(AnswerCacheProperties answers) {
    return new Permits(
        "what requests take of the Java heap", RequestHeap.bytes(answers.maxBytes().toBytes()));
  }

  /** Where they were not begun before there were beans: in tests. */
  @Bean
  @ConditionalOnMissingBean
  Natives natives(CacheProperties cache, ServingProperties serving) {
    return Natives.begin(cache, serving);
  }

  @Bean
  Catalog catalog(CatalogProperties properties, ServingProperties serving) {
    List<ServedModel> models = new ArrayList<>();
    for (ModelDescriptor descriptor : properties.served()) {
      models.add(ServedModel.of(descriptor, serving));
    }
    return new Catalog(models);
  }

  @Bean
  WorkerPool workerPool(
      ServingProperties serving, CacheProperties cache, CatalogMetrics metrics, Ticker ticker) {
    int cores = Runtime.getRuntime().availableProcessors();
    int workers = serving.workersOn(cores);
    log.info(
        "{} cores: {} workers of {} threads; natives in {}",
        cores,
        workers,
        serving.threads(),
        cache.natives());
    WorkerPool pool = new WorkerPool("inference", workers, ticker);
    metrics.watch(pool);
    return pool;
  }

  @Bean
  CatalogMetrics catalogMetrics(MeterRegistry registry) {
    return new CatalogMetrics(registry);
  }

  @Bean
  Workshop workshop(
      Natives natives,
      DecodingProperties decoding,
      MemoryProperties memory,
      @Qualifier("requestHeap") Permits requestHeap,
      Ticker ticker) {
    return new Workshop(
        natives::pictures,
        decoding.limits(),
        new Permits("decoded pictures", decoding.admission().decoded().toBytes()),
        room(memory, MemoryRoom::leftBesideHeap),
        requestHeap,
        Runtime.getRuntime().availableProcessors(),
        ticker);
  }

  @Bean
  AnswerCache answerCache(AnswerCacheProperties properties, CatalogMetrics metrics, Ticker ticker) {
    AnswerCache answers = new AnswerCache(properties, ticker, metrics);
    metrics.watch(answers);
    return answers;
  }

  @Bean
  ModelRunner modelRunner(
      Catalog catalog,
      CatalogProperties properties,
      CacheProperties cache,
      DownloadProperties download,
      ServingProperties serving,
      TuningProperties tuning,
      MemoryProperties memory,
      Natives natives,
      WorkerPool pool,
      Workshop workshop,
      AnswerCache answers,
      CatalogMetrics metrics,
      @Value("${spring.lifecycle.timeout-per-shutdown-phase:30s}") Duration grace) {
    return new ModelRunner(
        catalog,
        () -> {
          NativeEngine engine = natives.engine();
          metrics.tell(Build.here(), engine.version());
          ChoiceMemory choices = new ChoiceMemory(cache.choices());
          metrics.watch(choices);
          return new ModelLoader(
              serving,
              engine,
              new ProgramChooser(
                  engine,
                  choices,
                  new Calibrations(cache.calibrations()),
                  pool.workers(),
                  tuning.when() == TuningProperties.When.START),
              pool,
              workshop,
              metrics,
              answers);
        },
        WeightStore.of(properties, cache, download),
        metrics,
        room(memory, MemoryRoom::left),
        grace);
  }

  /** What is left of the memory; not known to who does without a minimum. */
  private static Supplier<OptionalLong> room(
      MemoryProperties memory, Function<MemoryRoom, OptionalLong> left) {
    MemoryRoom room = MemoryRoom.ofProcess();
    return memory.minimum().toBytes() > 0 ? () -> left.apply(room) : OptionalLong::empty;
  }

  /** Begins at once, while the rest of the service is put together. */
  @Bean
  ModelsLifecycle modelsLifecycle(
      Natives natives,
      Catalog catalog,
      ModelRunner runner,
      WorkerPool pool,
      CatalogProperties properties,
      ModelRepository repository,
      TuningProperties tuning,
      CatalogMetrics metrics,
      Ticker ticker) {
    ModelsLifecycle lifecycle =
        new ModelsLifecycle(natives, catalog, runner, pool, Runtime.getRuntime()::halt);
    lifecycle.begin();
    if (properties.modelsWatch() != null) {
      lifecycle.watch(
          new ModelsWatch(catalog, repository, metrics, properties::described),
          properties.modelsWatch());
    }
    if (tuning.when() == TuningProperties.When.IDLE) {
      lifecycle.tune(new Tuner(catalog, runner, pool::busyWorkers, tuning.idleTime(), ticker));
    }
    return lifecycle;
  }

  @Bean
  ModelRepository modelRepository(
      Catalog catalog,
      ModelRunner runner,
      CatalogProperties properties,
      ServingProperties serving) {
    return new ModelRepository(catalog, runner, properties::described, serving);
  }

  @Bean
  ModelsEndpoint modelsEndpoint(ModelRepository repository) {
    return new ModelsEndpoint(repository);
  }

  @Bean
  ModelsHealthIndicator modelsHealthIndicator(Catalog catalog) {
    return new ModelsHealthIndicator(catalog);
  }
}
