package org.resnetserving.catalog;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.resnetserving.admission.Permits;
import org.resnetserving.download.VerifiedFile;
import org.resnetserving.engine.CompiledModel;
import org.resnetserving.engine.Crop;
import org.resnetserving.engine.Inference;
import org.resnetserving.engine.NativeEngine;
import org.resnetserving.engine.Session;
import org.resnetserving.explain.Head;
import org.resnetserving.image.PictureDecoder;
import org.resnetserving.models.DescriptorException;
import org.resnetserving.models.ModelDescriptor;
import org.resnetserving.models.ModelFile;
import org.resnetserving.models.Origin;
import org.resnetserving.network.Activation;
import org.resnetserving.network.Arithmetic;
import org.resnetserving.network.Graph;
import org.resnetserving.network.ImportedNetwork;
import org.resnetserving.network.Normalization;
import org.resnetserving.pool.Lane;
import org.resnetserving.pool.LaneListener;
import org.resnetserving.pool.LaneSettings;
import org.resnetserving.pool.WorkerPool;
import org.resnetserving.programs.Fp32Only;
import org.resnetserving.programs.ProgramChoice;
import org.resnetserving.programs.ProgramChooser;
import org.resnetserving.programs.ProgramSummary;
import org.resnetserving.serving.AnswerBytes;
import org.resnetserving.serving.AnswerCache;
import org.resnetserving.serving.ModelState;
import org.resnetserving.serving.Pipeline;
import org.resnetserving.serving.ServedModel;
import org.resnetserving.serving.ServingProperties;
import org.resnetserving.serving.SessionPredictor;
import org.resnetserving.serving.Workshop;
import org.resnetserving.weights.ModelArchive;
import org.resnetserving.weights.WeightFiles;
import org.resnetserving.weights.WeightsException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Brings a model from its descriptor to answering. */
final class ModelLoader {
  private static final Logger log = LoggerFactory.getLogger(ModelLoader.class);

  private final ServingProperties defaults;
  private final NativeEngine engine;
  private final ProgramChooser chooser;
  private final WorkerPool pool;
  private final Workshop workshop;
  private final LaneListener listener;
  private final AnswerCache answers;

  ModelLoader(
      ServingProperties defaults,
      NativeEngine engine,
      ProgramChooser chooser,
      WorkerPool pool,
      Workshop workshop,
      LaneListener listener,
      AnswerCache answers) {
    this.defaults = defaults;
    this.engine = engine;
    this.chooser = chooser;
    this.pool = pool;
    this.workshop = workshop;
    this.listener = listener;
    this.answers = answers;
  }

  /** The service stops. */
  void stop() {
    chooser.stop();
  }

  /** Loads the model; when this returns it is ready, or failed and says why. */
  void load(ServedModel model, VerifiedFile weights) {
    long start = System.nanoTime();
    try {
      Pipeline pipeline = open(model, weights);
      model.becomeReady(pipeline);
      ProgramSummary program = pipeline.summary();
      log.info(
          "Model {} is ready after {} s: {}",
          model.name(),
          "%.1f".formatted((System.nanoTime() - start) / 1e9),
          program.sentence());
      log.debug("Model {}: {}", model.name(), program);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      model.become(ModelState.FAILED, "the service was stopped while it loaded");
    } catch (IOException | RuntimeException | Error e) {
      String reason = e.getMessage();
      model.become(ModelState.FAILED, reason == null || e instanceof Error ? e.toString() : reason);
      if (Thread.currentThread().isInterrupted()) {
        log.info("Model {} was not loaded: the service stops", model.name());
      } else if (e instanceof WeightsException || e instanceof DescriptorException) {
        log.error("Model {} failed: {}", model.name(), e.getMessage());
      } else {
        log.error("Model {} failed: {}", model.name(), e.getMessage(), e);
      }
    }
  }

  /**
   * Has the programs of a model that is served timed against each other.
   *
   * @param disturbed whether to stop
   * @return the choice; null if it has no other programs, as a TorchScript program has none
   * @throws java.util.concurrent.CancellationException if it was disturbed
   */
  @Nullable ProgramChoice tune(ServedModel model, VerifiedFile weights, BooleanSupplier disturbed)
      throws IOException, InterruptedException {
    ModelDescriptor descriptor = model.descriptor();
    ModelFile file = ModelFile.of(descriptor, weights.file());
    if (file.isPacked() || file.isProgram()) {
      return null;
    }
    try (ImportedNetwork network = file.open()) {
      return chooser.tune(
          descriptor,
          network.graph(),
          weights.sha256(),
          defaults.batchOf(descriptor),
          orElse(descriptor.serving().precision(), defaults.precision()),
          disturbed);
    }
  }

  /** Whether the model is to be run in fp32, and in nothing that takes less memory. */
  boolean isFp32(ServedModel model) {
    return orElse(model.descriptor().serving().precision(), defaults.precision())
        == ModelDescriptor.Precision.FP32;
  }

  /** A model of the same files, to take its place. */
  ServedModel another(ServedModel model) {
    return ServedModel.of(model.descriptor(), defaults);
  }

  private Pipeline open(ServedModel model, VerifiedFile weights)
      throws IOException, InterruptedException {
    model.complete(weights.file());
    ModelDescriptor descriptor = model.descriptor();
    model.become(ModelState.COMPILING);
    ModelDescriptor.Serving serving = descriptor.serving();
    int maxBatch = defaults.batchOf(descriptor);
    Compiled compiled = compile(model, weights, maxBatch);
    int together =
        compiled.isFp32() && !engine.isGpu()
            ? Math.min(maxBatch, defaults.batchInFp32(descriptor))
            : maxBatch;
    model.become(ModelState.WARMING);
    int queue = orElse(serving.queue(), defaults.queue());
    int workers = Math.min(orElse(serving.workers(), pool.workers()), pool.workers());
    PictureDecoder decoder;
    try {
      if (!weights.isUnchanged()) {
        // Half of one and half of another, under a hash that is neither's.
        throw new WeightsException(
            weights.file() + " was changed while it was loaded; load the model again");
      }
      decoder = workshop.decoder(orElse(serving.decode(), defaults.decode()));
      workshop.tryDecoders();
    } catch (RuntimeException | Error e) {
      compiled.network().close();
      throw e;
    }
    AnswerBytes answerBytes = new AnswerBytes();
    Lane<Crop, Inference> lane =
        pool.open(
            new LaneSettings(model.name(), queue, together, workers, defaults.maxDelay()),
            () -> new SessionPredictor(model.name(), compiled.network().newSession(), answerBytes),
            listener,
            compiled.network()::close);
    return new Pipeline(
        new ProgramSummary(
            weights.sha256(),
            compiled.parameters(),
            compiled.choice(),
            compiled.origin(),
            compiled.precisionReason()),
        descriptor.preset().square(),
        decoder,
        workshop,
        new Permits(
            "requests to model '%s' under way".formatted(model.name()),
            queue + (long) workers * together),
        lane,
        answerBytes,
        compiled.activation(),
        orElse(descriptor.temperature(), 1.0),
        compiled.head(),
        answers.of(model.name()));
  }

  private record Compiled(
      CompiledModel network,
      Activation activation,
      @Nullable Head head,
      @Nullable Long parameters,
      @Nullable ProgramChoice choice,
      Origin origin,
      @Nullable String precisionReason) {
    boolean isFp32() {
      return choice != null && choice.kind().arithmetic() == Arithmetic.FP32;
    }
  }

  private Compiled compile(ServedModel model, VerifiedFile weights, int maxBatch)
      throws IOException, InterruptedException {
    ModelFile file = ModelFile.of(model.descriptor(), weights.file());
    if (file.isPacked()) {
      return unpackTraced(model, file, weights.file(), maxBatch);
    }
    return file.isProgram()
        ? loadTraced(model, file, weights.file(), maxBatch)
        : compileGraph(model, file, weights.sha256(), maxBatch);
  }

  private Compiled compileGraph(ServedModel model, ModelFile file, String sha256, int maxBatch)
      throws IOException, InterruptedException {
    ModelDescriptor descriptor = model.descriptor();
    try (ImportedNetwork network = file.open()) {
      Graph graph = network.graph();
      requireLabels(model, graph.classes());
      Activation activation = activation(model, network.activation());
      @Nullable Head head = Head.of(graph).orElse(null);
      ModelDescriptor.Precision precision =
          orElse(descriptor.serving().precision(), defaults.precision());
      ProgramChooser.Loaded loaded = chooser.load(descriptor, graph, sha256, maxBatch, precision);
      return new Compiled(
          loaded.network(),
          activation,
          head,
          graph.parameters(),
          loaded.choice(),
          file.origin(network),
          Fp32Only.because(loaded.choice(), precision, engine.isGpu()));
    }
  }

  private Compiled unpackTraced(ServedModel model, ModelFile described, Path file, int maxBatch)
      throws IOException {
    try {
      Path folder = Files.createTempDirectory("resnet-serving-");
      Path archive = folder.resolve("unpacked.pt");
      try {
        WeightFiles.unpack(file, archive, ModelArchive.MAX_SERIALIZED);
        return loadTraced(model, described, archive, maxBatch);
      } finally {
        Files.deleteIfExists(archive);
        Files.delete(folder);
      }
    } catch (IOException e) {
      throw new IOException(
          "%s cannot be unpacked into %s (%s); -Djava.io.tmpdir= names another folder"
              .formatted(file, System.getProperty("java.io.tmpdir"), e.getMessage()),
          e);
    }
  }

  private Compiled loadTraced(ServedModel model, ModelFile described, Path file, int maxBatch) {
    ModelDescriptor.Preprocessing preset = model.descriptor().preset();
    Normalization input = preset.normalization();
    CompiledModel network =
        engine.loadTraced(file, preset.side(), input.mean(), input.deviation(), maxBatch);
    // Only a run tells how many outputs it has.
    try (Session session = network.newSession()) {
      requireLabels(model, session.warmUp().logits().length);
      return new Compiled(
          network,
          activation(model, null),
          null,
          null,
          null,
          described.origin(null),
          "as it came, because a TorchScript program runs in the precision that it was saved in");
    } catch (RuntimeException | Error e) {
      network.close();
      throw e;
    }
  }

  /** What makes probabilities: by the descriptor, or else by the file, or else softmax. */
  private static Activation activation(ServedModel model, @Nullable Activation ofFile) {
    Activation chosen = orElse(model.descriptor().activation(), ofFile);
    if (chosen == null && model.labels().size() == 1) {
      throw new WeightsException(
          ("the network has one output, of which softmax always makes 1.0: say in %s what it means,"
                  + " activation: sigmoid (a probability of yes) or activation: none (a number)")
              .formatted(model.descriptor().file()));
    }
    if (chosen == Activation.NONE && model.descriptor().temperature() != null) {
      throw new WeightsException(
          ("%s has a temperature, which belongs to probabilities, but the network's outputs are none:"
                  + " its file says so")
              .formatted(model.descriptor().file()));
    }
    return chosen == null ? Activation.SOFTMAX : chosen;
  }

  private static void requireLabels(ServedModel model, int classes) {
    Path labels = model.descriptor().labels();
    if (classes == 0 && labels != null) {
      throw new WeightsException(
          ("the network has no head (no fc or the like), so it tells no classes apart: leave labels"
                  + " out of %s, and it makes embeddings")
              .formatted(model.descriptor().file()));
    }
    if (classes > 0 && labels == null) {
      throw new WeightsException(
          "the network tells %d classes apart: say in %s where their labels are"
              .formatted(classes, model.descriptor().file()));
    }
    if (model.labels().size() != classes) {
      throw new WeightsException(
          "the network tells %d classes apart, but %s has %d labels"
              .formatted(classes, labels, model.labels().size()));
    }
  }

  private static <T extends @Nullable Object> T orElse(@Nullable T own, T otherwise) {
    return own != null ? own : otherwise;
  }
}
