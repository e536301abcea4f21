package org.resnetserving.engine;

import ai.djl.Model;
import ai.djl.inference.Predictor;
import ai.djl.ndarray.NDArray;
import ai.djl.pytorch.jni.JniUtils;
import ai.djl.translate.TranslateException;
import java.util.Collections;
import java.util.List;
import java.util.Queue;
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
  private final BatchSizes batchSizes;
  private final int threads;
  private final Queue<Integer> cold;
  private long threadPrepared = -1;

  Session(
      Model model,
      String name,
      int side,
      int channels,
      BatchSizes batchSizes,
      int threads,
      Queue<Integer> cold,
      UnaryOperator<NDArray> preparation) {
    this.predictor =
        model.newPredictor(new CropTranslator(side, channels, batchSizes, preparation));
    this.name = name;
    this.side = side;
    this.channels = channels;
    this.batchSizes = batchSizes;
    this.threads = threads;
    this.cold = cold;
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
    if (crops.isEmpty() || crops.size() > batchSizes.largest()) {
      throw new IllegalArgumentException(
          "%s runs 1 to %d pictures, not %d".formatted(name, batchSizes.largest(), crops.size()));
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
   * Runs black pictures once in each batch size that no session of the model has run yet, or one if
   * there is none: first runs are slow. oneDNN keeps the kernels that it makes for a size for the
   * whole process, so sessions that warm up at once divide the sizes among them.
   */
  public void warmUp() {
    Crop black = new Crop(new byte[side * side * channels], true, true);
    Integer size = cold.poll();
    run(Collections.nCopies(size == null ? 1 : size, black));
    while (size != null) {
      size = cold.poll();
      if (size != null) {
        run(Collections.nCopies(size, black));
      }
    }
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
