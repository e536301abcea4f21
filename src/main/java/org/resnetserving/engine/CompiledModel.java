package org.resnetserving.engine;

import ai.djl.MalformedModelException;
import ai.djl.Model;
import ai.djl.engine.Engine;
import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.UnaryOperator;

/** A program that libtorch has loaded. Its weights are shared by all sessions. */
public final class CompiledModel implements AutoCloseable {
  private static final int CHANNELS = 3;

  private final Model model;
  private final String name;
  private final int side;
  private final BatchSizes batchSizes;
  private final int threads;
  private final UnaryOperator<NDArray> preparation;

  /** Batch sizes that no session has run yet, the largest first. */
  private final Queue<Integer> cold = new ConcurrentLinkedQueue<>();

  private CompiledModel(
      Model model,
      String name,
      int side,
      BatchSizes batchSizes,
      int threads,
      UnaryOperator<NDArray> preparation) {
    this.preparation = preparation;
    this.model = model;
    this.name = name;
    this.side = side;
    this.batchSizes = batchSizes;
    List<Integer> sizes = new ArrayList<>(batchSizes.sizes());
    Collections.reverse(sizes);
    cold.addAll(sizes);
    this.threads = threads;
  }

  static CompiledModel load(
      Engine engine,
      Path archive,
      int side,
      BatchSizes batchSizes,
      int threads,
      UnaryOperator<NDArray> preparation) {
    if (side < 1) {
      throw new IllegalArgumentException("pictures of side " + side);
    }
    if (!Files.isRegularFile(archive)) {
      throw new EngineFailure("no file " + archive);
    }
    String name = String.valueOf(archive.getFileName());
    Model model = engine.newModel(name, engine.defaultDevice());
    try {
      model.load(archive.toAbsolutePath(), null, Map.of("mapLocation", "true"));
    } catch (IOException | MalformedModelException | EngineException | IllegalStateException e) {
      model.close();
      throw new EngineFailure("libtorch can't load " + archive, e);
    }
    return new CompiledModel(model, name, side, batchSizes, threads, preparation);
  }

  /** What one worker runs the program with. Close it before the model. */
  public Session newSession() {
    return new Session(model, name, side, CHANNELS, batchSizes, threads, cold, preparation);
  }

  /** The bytes of one picture. */
  public int cropBytes() {
    return side * side * CHANNELS;
  }

  /** The most pictures that one run takes. */
  public int largestBatch() {
    return batchSizes.largest();
  }

  /** Frees the weights. */
  @Override
  public void close() {
    model.close();
  }
}
