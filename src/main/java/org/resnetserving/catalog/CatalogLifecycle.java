package org.resnetserving.catalog;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.resnetserving.pool.WorkerPool;
import org.springframework.context.SmartLifecycle;

/**
 * Loads the models one after the other while the server is already up, the default one first, and
 * closes them when the server has stopped taking requests.
 */
final class CatalogLifecycle implements SmartLifecycle {
  private final Catalog catalog;
  private final ModelLoader loader;
  private final WorkerPool pool;
  private final Duration grace;
  private @Nullable Thread thread;

  CatalogLifecycle(Catalog catalog, ModelLoader loader, WorkerPool pool, Duration grace) {
    this.catalog = catalog;
    this.loader = loader;
    this.pool = pool;
    this.grace = grace;
  }

  @Override
  public synchronized void start() {
    Thread loading =
        new Thread(
            () -> {
              for (ServedModel model : catalog.models()) {
                if (Thread.currentThread().isInterrupted()) {
                  return;
                }
                loader.load(model);
              }
            },
            "model-loader");
    loading.setDaemon(true);
    loading.start();
    thread = loading;
  }

  @Override
  public synchronized void stop() {
    Thread loading = thread;
    if (loading == null) {
      return;
    }
    thread = null;
    loading.interrupt();
    for (ServedModel model : catalog.models()) {
      Pipeline pipeline = model.pipeline();
      if (pipeline != null) {
        pipeline.close(grace);
      }
    }
    pool.close(grace);
  }

  @Override
  public synchronized boolean isRunning() {
    return thread != null;
  }

  /** Before the web server starts, and after it stopped. */
  @Override
  public int getPhase() {
    return 0;
  }
}
