package org.resnetserving.catalog;

import io.micrometer.core.instrument.MeterRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.resnetserving.admission.Permits;
import org.resnetserving.admission.Ticker;
import org.resnetserving.engine.NativeEngine;
import org.resnetserving.models.DescriptorException;
import org.resnetserving.models.ModelDescriptor;
import org.resnetserving.pool.WorkerPool;
import org.resnetserving.programs.CacheProperties;
import org.resnetserving.programs.Calibrations;
import org.resnetserving.programs.ChoiceMemory;
import org.resnetserving.programs.ProgramChooser;
import org.resnetserving.serving.DecodingProperties;
import org.resnetserving.serving.ServedModel;
import org.resnetserving.serving.ServingProperties;
import org.resnetserving.serving.Workshop;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
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

  /** Where it was not begun before there were beans. */
  @Bean
  @ConditionalOnMissingBean
  EngineStart engineStart(CacheProperties cache, ServingProperties serving) {
    return new EngineStart(cache, serving);
  }

  @Bean
  Catalog catalog(CatalogProperties properties, ServingProperties serving) {
    Map<String, ModelDescriptor> descriptors = properties.described();
    List<ServedModel> models = new ArrayList<>();
    for (String name : properties.models()) {
      ModelDescriptor descriptor = descriptors.get(name);
      if (descriptor == null) {
        throw new DescriptorException(
            "resnet.models asks for '%s', but %s describes %s only"
                .formatted(
                    name,
                    properties.modelsDirectory().stream()
                        .map(folder -> folder.toAbsolutePath().toString())
                        .collect(Collectors.joining(" and ")),
                    String.join(", ", descriptors.keySet())));
      }
      models.add(ServedModel.of(descriptor, serving));
    }
    return new Catalog(models);
  }

  @Bean
  ModelRunner modelRunner(
      Catalog catalog,
      CatalogProperties properties,
      CacheProperties cache,
      DownloadProperties download,
      ServingProperties serving,
      DecodingProperties decoding,
      EngineStart start,
      MeterRegistry registry,
      Ticker ticker,
      @Value("${spring.lifecycle.timeout-per-shutdown-phase:30s}") Duration grace) {
    int cores = Runtime.getRuntime().availableProcessors();
    int workers =
        serving.workers() > 0 ? serving.workers() : Math.max(1, cores / serving.threads());
    Path natives = cache.natives();
    log.info(
        "{} cores: {} workers of {} threads; natives in {}",
        cores,
        workers,
        serving.threads(),
        natives);
    WorkerPool pool = new WorkerPool("inference", workers, ticker);
    CatalogMetrics metrics = new CatalogMetrics(registry);
    metrics.watch(pool);
    ModelRunner runner =
        new ModelRunner(
            catalog,
            () -> {
              NativeEngine engine = start.engine();
              Workshop workshop =
                  new Workshop(
                      start.pictures(),
                      decoding.limits(),
                      new Permits("decoded pictures", decoding.admission().decoded().toBytes()),
                      cores,
                      ticker);
              return new ModelLoader(
                  serving,
                  engine,
                  new ProgramChooser(
                      engine,
                      new ChoiceMemory(cache.choices()),
                      new Calibrations(cache.calibrations()),
                      workers),
                  pool,
                  workshop,
                  metrics);
            },
            WeightStore.of(properties, cache, download),
            pool,
            metrics,
            grace,
            Runtime.getRuntime()::halt);
    runner.begin();
    return runner;
  }

  @Bean
  ModelsEndpoint modelsEndpoint(
      Catalog catalog,
      ModelRunner runner,
      CatalogProperties properties,
      ServingProperties serving) {
    return new ModelsEndpoint(catalog, runner, properties::described, serving);
  }

  @Bean
  ModelsHealthIndicator modelsHealthIndicator(Catalog catalog) {
    return new ModelsHealthIndicator(catalog);
  }
}
