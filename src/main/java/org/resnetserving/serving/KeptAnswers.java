package org.resnetserving.serving;

import com.github.benmanes.caffeine.cache.AsyncCache;
import org.resnetserving.admission.Ticker;

/** What is kept of one model as it was loaded. Thread-safe. */
public final class KeptAnswers {
  private final String model;
  private final AsyncCache<PictureKey, PictureResult> cache;
  private final Ticker ticker;
  private final CacheListener listener;

  KeptAnswers(
      String model,
      AsyncCache<PictureKey, PictureResult> cache,
      Ticker ticker,
      CacheListener listener) {
    this.model = model;
    this.cache = cache;
    this.ticker = ticker;
    this.listener = listener;
  }

  /**
   * A picture's answer, now or later.
   *
   * @param lookup of those who look for what is not there, the first one misses: it has the network
   *     run, and ends the run in any case. The others wait
   */
  record Found(SharedRun run, Lookup lookup) {}

  /**
   * Looks for a picture's answer.
   *
   * @param isFile whether the bytes are a picture's file; else its pixels
   */
  Found find(byte[] bytes, boolean isFile, Wanted wanted) {
    PictureKey key = PictureKey.of(this, bytes, isFile, wanted);
    SharedRun own = new SharedRun(run -> cache.asMap().remove(key, run), ticker);
    // Nobody else puts anything in.
    SharedRun run = (SharedRun) cache.get(key, (absent, executor) -> own);
    Lookup lookup = Lookup.SHARED;
    if (run == own) {
      lookup = Lookup.MISS;
    } else if (run.isDone() && !run.isCancelled()) {
      lookup = Lookup.HIT;
    }
    listener.onLookup(model, lookup);
    return new Found(run, lookup);
  }

  /** The model is gone: its answers take no more memory. */
  void forget() {
    cache.asMap().keySet().removeIf(key -> key.model() == this);
  }
}
