package org.resnetserving.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import org.resnetserving.engine.StockClassifier;
import org.resnetserving.engine.StockClassifier.Decoded;
import org.resnetserving.engine.StockClassifier.StockPredictor;
import org.resnetserving.models.Label;
import org.resnetserving.models.Labels;
import org.resnetserving.models.ModelDescriptor;
import org.resnetserving.models.ModelDescriptors;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.web.servlet.function.RouterFunction;
import org.springframework.web.servlet.function.RouterFunctions;
import org.springframework.web.servlet.function.ServerRequest;
import org.springframework.web.servlet.function.ServerResponse;

/**
 * The baseline: DJL's stock way behind the same web server with the same settings. Predictors of
 * its own for each worker; a worker takes what waits, up to the largest batch, without delay.
 */
final class StockService {
  private static final int QUEUE = 64;
  private static final int WARM_UP_ROUNDS = 10;

  /** A picture and what waits for its labels. */
  private record Job(Decoded picture, CompletableFuture<Map<String, Double>> labels) {}

  private final BlockingQueue<Job> jobs = new ArrayBlockingQueue<>(QUEUE);
  private final String model;
  private final StockClassifier classifier;

  StockService(String model, StockClassifier classifier) {
    this.model = model;
    this.classifier = classifier;
  }

  /** Runs it until the process is ended. */
  static void run(Map<String, String> settings, List<String> arguments) throws Exception {
    ModelDescriptor descriptor =
        ModelDescriptors.read(Path.of(settings.getOrDefault("descriptor", "")));
    int side = descriptor.preset().side();
    int batch = Integer.parseInt(settings.getOrDefault("batch", "1"));
    Path program = Files.createTempFile("resnet-stock-", ".pt");
    StockClassifier classifier;
    try {
      Programs.compileStock(descriptor, program);
      classifier =
          StockClassifier.load(
              Path.of(settings.getOrDefault("natives", "")),
              Integer.parseInt(settings.getOrDefault("threads", "1")),
              Boolean.parseBoolean(settings.getOrDefault("optimizer", "true")),
              program,
              side,
              Labels.of(descriptor).all().stream().map(Label::name).toList());
    } finally {
      Files.delete(program);
    }
    StockService service = new StockService(descriptor.name(), classifier);
    byte[] picture = Photographs.SMALL.jpegs(1).get(0);
    List<Thread> workers = new ArrayList<>();
    for (int i = 0; i < Integer.parseInt(settings.getOrDefault("workers", "1")); i++) {
      Thread worker = new Thread(() -> service.work(batch, picture), "stock-" + i);
      worker.setDaemon(true);
      workers.add(worker);
    }
    SpringApplication application = new SpringApplication(Application.class);
    application.addInitializers(
        context -> context.getBeanFactory().registerSingleton("stock", service));
    application.run(arguments.toArray(String[]::new));
    workers.forEach(Thread::start);
    System.out.printf(
        "The stock way with %s, image factory %s%n", settings, StockClassifier.imageFactory());
    Thread.currentThread().join();
  }

  /** No {@code @Configuration}, so that the service's own component scan does not see it. */
  @EnableAutoConfiguration
  static class Application {
    @Bean
    RouterFunction<ServerResponse> routes(StockService stock) {
      return RouterFunctions.route().POST("/v1/classify", stock::classify).build();
    }
  }

  private ServerResponse classify(ServerRequest request) throws Exception {
    Decoded picture = StockClassifier.decode(request.body(byte[].class));
    CompletableFuture<Map<String, Double>> labels = new CompletableFuture<>();
    jobs.put(new Job(picture, labels));
    List<Map<String, Object>> predictions = new ArrayList<>();
    labels.get().forEach((name, p) -> predictions.add(Map.of("label", name, "probability", p)));
    return ServerResponse.ok().body(Map.of("model", model, "predictions", predictions));
  }

  private void work(int largest, byte[] picture) {
    try (StockPredictor predictor = classifier.newPredictor()) {
      warmUp(predictor, largest, StockClassifier.decode(picture));
      while (true) {
        List<Job> batch = new ArrayList<>(List.of(jobs.take()));
        jobs.drainTo(batch, largest - 1);
        serve(predictor, batch);
      }
    } catch (InterruptedException | IOException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void serve(StockPredictor predictor, List<Job> batch) {
    try {
      List<Map<String, Double>> labels =
          predictor.classify(batch.stream().map(Job::picture).toList());
      for (int i = 0; i < labels.size(); i++) {
        batch.get(i).labels().complete(labels.get(i));
      }
    } catch (RuntimeException e) {
      batch.forEach(job -> job.labels().completeExceptionally(e));
    }
  }

  /** The graph optimiser compiles anew for the first few runs of a size. */
  private static void warmUp(StockPredictor predictor, int largest, Decoded picture) {
    for (int size = 1; size <= largest; size++) {
      List<Decoded> pictures = new ArrayList<>();
      for (int i = 0; i < size; i++) {
        pictures.add(picture);
      }
      for (int round = 0; round < (size == 1 ? WARM_UP_ROUNDS : 2); round++) {
        predictor.classify(pictures);
      }
    }
  }

  /** Reads {@code name=value} arguments. */
  static Map<String, String> settings(List<String> arguments) {
    Map<String, String> settings = new HashMap<>();
    for (String argument : arguments) {
      int equals = argument.indexOf('=');
      settings.put(argument.substring(0, equals), argument.substring(equals + 1));
    }
    return settings;
  }
}
