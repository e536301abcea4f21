package org.resnetserving.pool;

import java.util.List;

/**
 * What one worker owns for one lane: it is made, run and closed on that worker's thread only, so it
 * need not be thread-safe.
 *
 * @param <I> what goes in
 * @param <O> what comes out
 */
public interface Predictor<I, O> extends AutoCloseable {
  /**
   * Runs a batch.
   *
   * @param batch at least one item, at most the lane's maximum
   * @return one output for each item, in the same order
   * @throws Exception if the batch failed; this predictor is then closed and replaced by another
   */
  List<O> run(List<I> batch) throws Exception;

  /** Frees what it holds; called once. */
  @Override
  void close();
}
