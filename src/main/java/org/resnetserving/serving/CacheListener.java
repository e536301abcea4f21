package org.resnetserving.serving;

/** Is told what becomes of pictures that are looked for among the answers that are kept. */
@FunctionalInterface
public interface CacheListener {
  /** A picture was looked for, on the thread of its request. */
  void onLookup(String model, Lookup lookup);
}
