package org.resnetserving.serving;

import com.github.benmanes.caffeine.cache.AsyncCache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Policy;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.resnetserving.admission.Ticker;

/**
 * What the networks of all models said of pictures, for when the same comes again: bounded by
 * weight and age. An answer that is still under way weighs nothing and does not age. Thread-safe.
 */
public final class AnswerCache {
  private final @Nullable AsyncCache<PictureKey, PictureResult> cache;
  private final Ticker ticker;
  private final CacheListener listener;

  /**
   * @param properties that bound it; with no bytes, nothing is kept
   * @param ticker that ages and deadlines are told by
   */
  public AnswerCache(AnswerCacheProperties properties, Ticker ticker, CacheListener listener) {
    this.ticker = ticker;
    this.listener = listener;
    this.cache =
        properties.maxBytes().toBytes() == 0
            ? null
            : Caffeine.newBuilder()
                .maximumWeight(properties.maxBytes().toBytes())
                .weigher((PictureKey key, PictureResult result) -> weight(result))
                .expireAfterWrite(properties.maxAge())
                .ticker(ticker::nanos)
                .executor(Runnable::run) // Its housekeeping is short; the pool's threads stay out.
                .buildAsync();
  }

  private static int weight(PictureResult result) {
    return (int) Math.min(Integer.MAX_VALUE, result.bytes() + PictureKey.BYTES);
  }

  /**
   * What is kept of a model that was loaded now: nothing yet, whatever was kept of an earlier one
   * of its name.
   *
   * @return null if nothing is kept at all
   */
  public @Nullable KeptAnswers of(String model) {
    return cache == null ? null : new KeptAnswers(model, cache, ticker, listener);
  }

  /** Whether answers are kept. */
  public boolean isOn() {
    return cache != null;
  }

  /** Bytes that the answers take, about. */
  public long bytes() {
    return cache == null
        ? 0
        : cache
            .synchronous()
            .policy()
            .eviction()
            .map(Policy.Eviction::weightedSize)
            .orElseGet(OptionalLong::empty)
            .orElse(0);
  }

  /** How many answers there are. */
  public long answers() {
    return cache == null ? 0 : cache.synchronous().estimatedSize();
  }
}
