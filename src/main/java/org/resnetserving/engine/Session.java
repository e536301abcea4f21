package org.resnetserving.engine;

import ai.djl.Model;
import ai.djl.inference.Predictor;
import ai.djl.ndarray.NDArray;
import ai.djl.pytorch.jni.JniUtils;
import ai.djl.translate.TranslateException;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * One worker's hold on a model: a DJL predictor and the memory through which pixels go to libtorch.
 * For one thread at a time.
 */
public final class Session implements AutoCloseable {
  private final Predictor<List<Crop>, List<Inference>> predictor;
  private final String name;
  private final int side;
  private final int channels;
  private final int maxBatch;
  private final int threads;
  private long threadPrepared = -1;

  Session(
      Model model,
      String name,
      int side,
      int channels,
      int maxBatch,
      int threads,
      UnaryOperator<NDArray> preparation) {
    this.predictor = model.newPredictor(new CropTranslator(side, channels, maxBatch, preparation));
    this.name = name;
    this.side = side;
    this.channels = channels;
    this.maxBatch = maxBatch;
    this.threads = threads;
  }

  /**
   * Runs the network once over all the pictures.
   *
   * @param crops at least one, at most the largest batch
   * @return one per picture, in their order
   * @throws IllegalArgumentException if there are too many, or one has another size
   * @throws EngineFailure if the network fails; the session can be used again
   */
  public List<Inference> run(List<Crop> crops) {
    if (crops.isEmpty() || crops.size() > maxBatch) {
      throw new IllegalArgumentException(
          "%s runs 1 to %d pictures, not %d".formatted(name, maxBatch, crops.size()));
    }
    for (Crop crop : crops) {
      if (crop.pixels().length != side * side * channels) {
        throw new IllegalArgumentException(
            "%s reads %d×%d×%d bytes, not %d"
                .formatted(name, side, side, channels, crop.pixels().length));
      }
    }
    prepareThread();
    try {
      return predictor.predict(crops);
    } catch (TranslateException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      throw new EngineFailure("%s failed on %d pictures".formatted(name, crops.size()), cause);
    }
  }

  /**
   * Runs a black picture, since the first run is slow. The first run of each larger batch is not,
   * by comparison: see network/RATIONALE.
   *
   * @return what the network says, asked for everything
   */
  public Inference warmUp() {
    Crop black = new Crop(new byte[side * side * channels], true, true);
    return run(List.of(black)).get(0);
  }

  /** Frees what the session holds natively. */
  @Override
  public void close() {
    predictor.close();
  }

  /** OpenMP keeps the number of threads per calling thread: say it once on each. */
  private void prepareThread() {
    long thread = Thread.currentThread().getId();
    if (threadPrepared != thread) {
      JniUtils.setNumThreads(threads);
      threadPrepared = thread;
    }
  }
}
