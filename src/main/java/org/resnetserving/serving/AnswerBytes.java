package org.resnetserving.serving;

import org.resnetserving.engine.Inference;

/** What a network's answer to one picture takes of the heap: as a first run has shown. */
/* Concurrency: written by the workers that warm up, all of them the same, before there is a
 * pipeline that is asked. */
public final class AnswerBytes {
  private volatile long logits;
  private volatile long features;
  private volatile long map;

  /** That is what it answers when it is asked for everything. */
  void learn(Inference all) {
    float[] pooled = all.features();
    logits = (long) Float.BYTES * all.logits().length;
    features = pooled == null ? 0 : (long) Float.BYTES * pooled.length;
    map = all.bytes() - logits - features;
  }

  /** Of one picture's views. */
  long of(Wanted wanted, int views) {
    return views * logits + (wanted.features() ? features : 0) + (wanted.featureMap() ? map : 0);
  }
}
