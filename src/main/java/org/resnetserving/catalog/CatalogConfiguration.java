package org.resnetserving.catalog;

import io.micrometer.core.instrument.MeterRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.resnetserving.batch.Permits;
import org.resnetserving.batch.Ticker;
import org.resnetserving.engine.NativeEngine;
import org.resnetserving.image.ImageLimits;
import org.resnetserving.pool.WorkerPool;
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
  EngineStart engineStart(CatalogProperties properties) {
    return new EngineStart(properties);
  }

  /** For the bytes of uploads. */
  @Bean
  Permits uploadMemory(CatalogProperties properties) {
    return new Permits("uploads", properties.admission().uploadsOrDefault().toBytes());
  }

  @Bean
  Catalog catalog(CatalogProperties properties) {
    Map<String, ModelDescriptor> descriptors =
        ModelDescriptors.readFolder(properties.modelsDirectory());
    List<ServedModel> models = new ArrayList<>();
    for (String name : properties.models()) {
      ModelDescriptor descriptor = descriptors.get(name);
      if (descriptor == null) {
        throw new DescriptorException(
            "resnet.models asks for '%s', but %s describes %s only"
                .formatted(
                    name,
                    properties.modelsDirectory().toAbsolutePath(),
                    String.join(", ", descriptors.keySet())));
      }
      models.add(ServedModel.of(descriptor, properties.serving()));
    }
    return new Catalog(models);
  }

  @Bean
  ModelRunner modelRunner(
      Catalog catalog,
      CatalogProperties properties,
      EngineStart start,
      MeterRegistry registry,
      Ticker ticker,
      @Value("${spring.lifecycle.timeout-per-shutdown-phase:30s}") Duration grace) {
    CatalogProperties.Serving serving = properties.serving();
    int cores = Runtime.getRuntime().availableProcessors();
    int workers =
        serving.workers() > 0 ? serving.workers() : Math.max(1, cores / serving.threads());
    Path natives = properties.natives();
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
                      new ImageLimits(properties.image().maxPixels()),
                      new Permits("decoded pictures", properties.admission().decoded().toBytes()),
                      cores,
                      ticker);
              return new ModelLoader(
                  serving,
                  engine,
                  new ProgramChooser(
                      engine, choices(properties), Calibrations.of(properties), workers),
                  pool,
                  workshop,
                  metrics);
            },
            WeightStore.of(properties),
            pool,
            metrics,
            grace,
            Runtime.getRuntime()::halt);
    runner.begin();
    return runner;
  }

  private static ChoiceMemory choices(CatalogProperties properties) {
    return new ChoiceMemory(CacheDirectory.of(properties.cacheDirectory()).resolve("programs"));
  }

  @Bean
  ModelsEndpoint modelsEndpoint(Catalog catalog, ModelRunner runner, CatalogProperties properties) {
    return new ModelsEndpoint(catalog, runner, properties);
  }

  @Bean
  ModelsHealthIndicator modelsHealthIndicator(Catalog catalog) {
    return new ModelsHealthIndicator(catalog);
  }
}
