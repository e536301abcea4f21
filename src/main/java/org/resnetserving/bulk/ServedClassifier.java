package org.resnetserving.bulk;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;
import org.resnetserving.admission.Deadline;
import org.resnetserving.admission.Ticker;
import org.resnetserving.bulk.Answer.Guess;
import org.resnetserving.catalog.Catalog;
import org.resnetserving.network.Activation;
import org.resnetserving.problem.ProblemException;
import org.resnetserving.problem.ProblemType;
import org.resnetserving.serving.Input;
import org.resnetserving.serving.ModelState;
import org.resnetserving.serving.PictureResult;
import org.resnetserving.serving.Pipeline;
import org.resnetserving.serving.Ranking;
import org.resnetserving.serving.ServedModel;
import org.resnetserving.serving.StageClock;
import org.resnetserving.serving.Wanted;
import org.resnetserving.settings.SettingsCheck;
import org.resnetserving.upload.UploadProperties;
import org.springframework.boot.Banner;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.ComponentScan;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

/**
 * The server's own models without the web: the same weights, programs, workers, batches and bounds,
 * and so the same answers. Where the server refuses because too much is under way, this waits.
 */
public final class ServedClassifier implements Bulk.Classifier, AutoCloseable {
  private static final String ROOT = "org.resnetserving";
  private static final Duration PATIENCE = Duration.ofDays(1);
  private static final long POLL_MILLIS = 20;
  private static final long KIBIBYTE = 1024;

  private final ConfigurableApplicationContext context;
  private final Ticker ticker;
  private final ServedModel model;
  private final int most;
  private final @Nullable Double least;
  private final int atOnce;
  private final long maxBytes;
  private final int fileKibibytes;

  /** So that the files that are held at once take a quarter of the heap; counts KiB. */
  private final Semaphore files;

  private ServedClassifier(
      ConfigurableApplicationContext context,
      ServedModel model,
      int atOnce,
      int most,
      @Nullable Double least) {
    this.context = context;
    this.ticker = context.getBean(Ticker.class);
    this.model = model;
    this.atOnce = atOnce;
    this.most = most;
    this.least = least;
    this.maxBytes = context.getBean(UploadProperties.class).image().maxBytes().toBytes();
    this.fileKibibytes = (int) (Runtime.getRuntime().maxMemory() / 4 / KIBIBYTE);
    this.files = new Semaphore(fileKibibytes, true);
  }

  @Configuration(proxyBeanMethods = false)
  @ComponentScan(ROOT + ".catalog")
  @ConfigurationPropertiesScan(ROOT)
  @Import(SettingsCheck.class)
  static class Parts {
    @Bean
    MeterRegistry meters() {
      return new SimpleMeterRegistry();
    }
  }

  /**
   * Loads a model.
   *
   * @param settings of the server, as {@code --name=value}; they may not name models
   * @param most predictions of a picture; 0 for all classes
   * @param least probability of a prediction; null takes what the model says
   * @throws IOException if the model fails
   */
  public static ServedClassifier open(
      List<String> settings, String name, int most, @Nullable Double least)
      throws IOException, InterruptedException {
    List<String> arguments = new ArrayList<>(settings);
    // Not --models: a file of settings, as the chart's pods have, may say resnet.models.
    arguments.add("--resnet.models=" + name);
    ConfigurableApplicationContext context =
        new SpringApplicationBuilder(Parts.class)
            .web(WebApplicationType.NONE)
            .bannerMode(Banner.Mode.OFF)
            .logStartupInfo(false)
            .run(arguments.toArray(String[]::new));
    try {
      ServedModel model = context.getBean(Catalog.class).model(name);
      Pipeline pipeline = await(model);
      int classes = model.labels().size();
      return new ServedClassifier(
          context,
          model,
          (int) Math.min(Integer.MAX_VALUE, pipeline.places().capacity()),
          most == 0 ? classes : Math.min(most, classes),
          least);
    } catch (IOException | RuntimeException | InterruptedException e) {
      context.close();
      throw e;
    }
  }

  private static Pipeline await(ServedModel model) throws IOException, InterruptedException {
    while (true) {
      ModelState state = model.status().state();
      Pipeline pipeline = model.pipeline();
      if (state == ModelState.READY && pipeline != null) {
        return pipeline;
      }
      if (state == ModelState.FAILED) {
        throw new IOException(
            "Model '%s' failed: %s".formatted(model.name(), model.status().reason()));
      }
      Thread.sleep(POLL_MILLIS);
    }
  }

  /** How many predictions a picture has at most. */
  public int most() {
    return most;
  }

  /** What the number of a prediction is called: the HTTP answer's word. */
  public String number() {
    return model.activation() == Activation.NONE ? "value" : "probability";
  }

  @Override
  public int atOnce() {
    return atOnce;
  }

  @Override
  public Answer classify(String name) throws IOException, InterruptedException {
    try {
      double[] probabilities = ask(name).probabilities(model.activation());
      return Answer.of(
          Ranking.top(probabilities, index -> true, most, model.thresholds(least)).stream()
              .map(ranked -> new Guess(model.labels().get(ranked.index()), ranked.probability()))
              .toList());
    } catch (ProblemException e) {
      return Answer.of(e);
    }
  }

  /** The model that is asked. */
  public ServedModel model() {
    return model;
  }

  /**
   * What the model says of a picture, on any thread; waits until it may.
   *
   * @param name of its file
   * @throws ProblemException for what is wrong with this picture
   * @throws IOException if there is no use in asking again: about this picture or another
   */
  public PictureResult ask(String name) throws IOException, InterruptedException {
    Path file = Path.of(name);
    int kibibytes = (int) Math.min(fileKibibytes, checkedSize(file) / KIBIBYTE + 1);
    files.acquire(kibibytes);
    try {
      return ask(bytes(file));
    } catch (ProblemException e) {
      if (e.type() == ProblemType.MODEL_NOT_READY || e.type() == ProblemType.SHUTTING_DOWN) {
        throw new IOException(e.getMessage(), e);
      }
      throw e;
    } finally {
      files.release(kibibytes);
    }
  }

  private long checkedSize(Path file) {
    try {
      long size = Files.size(file);
      if (size > maxBytes) {
        throw new ProblemException(
            ProblemType.IMAGE_TOO_LARGE,
            "A picture may have %,d bytes, but this one has %,d.".formatted(maxBytes, size));
      }
      return size;
    } catch (IOException e) {
      throw unreadable(e);
    }
  }

  private static byte[] bytes(Path file) {
    try {
      byte[] bytes = Files.readAllBytes(file);
      if (bytes.length == 0) {
        throw new ProblemException(ProblemType.IMAGE_MISSING, "The file is empty.");
      }
      return bytes;
    } catch (IOException e) {
      throw unreadable(e);
    }
  }

  private static ProblemException unreadable(IOException e) {
    return new ProblemException(ProblemType.IMAGE_MISSING, "The file cannot be read: " + e, e);
  }

  private PictureResult ask(byte[] bytes) throws InterruptedException {
    while (true) {
      try {
        return model
            .infer(
                List.of(new Input.File(bytes)),
                Wanted.LOGITS,
                Deadline.after(PATIENCE, ticker),
                new StageClock(ticker))
            .get(0)
            .result();
      } catch (ProblemException e) {
        if (e.type() != ProblemType.OVERLOADED) {
          throw e;
        }
        Thread.sleep(POLL_MILLIS); // Others are under way, and leave their room to this.
      }
    }
  }

  @Override
  public void close() {
    context.close();
  }
}
