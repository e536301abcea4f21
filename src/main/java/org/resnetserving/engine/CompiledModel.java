package org.resnetserving.engine;

import ai.djl.MalformedModelException;
import ai.djl.Model;
import ai.djl.engine.Engine;
import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.resnetserving.crash.NativeWork;

/** A program that libtorch has loaded. Its weights are shared by all sessions. */
public final class CompiledModel implements AutoCloseable {
  private static final int CHANNELS = 3;

  private final Model model;
  private final String name;
  private final int side;
  private final int maxBatch;
  private final int threads;
  private final UnaryOperator<NDArray> preparation;

  private CompiledModel(
      Model model,
      String name,
      int side,
      int maxBatch,
      int threads,
      UnaryOperator<NDArray> preparation) {
    this.preparation = preparation;
    this.model = model;
    this.name = name;
    this.side = side;
    this.maxBatch = maxBatch;
    this.threads = threads;
  }

  static CompiledModel load(
      Engine engine,
      Path archive,
      int side,
      int maxBatch,
      int threads,
      UnaryOperator<NDArray> preparation) {
    if (side < 1 || maxBatch < 1) {
      throw new IllegalArgumentException(
          "up to %d pictures of side %d at once".formatted(maxBatch, side));
    }
    if (!Files.isRegularFile(archive)) {
      throw new EngineFailure("no file " + archive);
    }
    String name = String.valueOf(archive.getFileName());
    Model model = engine.newModel(name, engine.defaultDevice());
    try (NativeWork work = NativeWork.loading(name)) {
      model.load(archive.toAbsolutePath(), null, Map.of("mapLocation", "true"));
    } catch (IOException | MalformedModelException | EngineException | IllegalStateException e) {
      model.close();
      throw new EngineFailure("libtorch can't load " + archive, e);
    }
    return new CompiledModel(model, name, side, maxBatch, threads, preparation);
  }

  /** What one worker runs the program with. Close it before the model. */
  public Session newSession() {
    return new Session(model, name, side, CHANNELS, maxBatch, threads, preparation);
  }

  /** The bytes of one picture. */
  public int cropBytes() {
    return side * side * CHANNELS;
  }

  /** The most pictures that one run takes. */
  public int maxBatch() {
    return maxBatch;
  }

  /** Frees the weights. */
  @Override
  public void close() {
    model.close();
  }
}
