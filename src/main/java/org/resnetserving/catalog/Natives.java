package org.resnetserving.catalog;

import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.resnetserving.crash.NativeWork;
import org.resnetserving.engine.NativeEngine;
import org.resnetserving.image.NativeImageLibrary;
import org.resnetserving.programs.CacheProperties;
import org.resnetserving.serving.ServingProperties;

/** libtorch and the picture decoders, which start side by side on threads of their own. */
public final class Natives {
  private final CompletableFuture<NativeEngine> engine;
  private final CompletableFuture<NativeImageLibrary> pictures;

  private Natives(
      CompletableFuture<NativeEngine> engine, CompletableFuture<NativeImageLibrary> pictures) {
    this.engine = engine;
    this.pictures = pictures;
  }

  /** Begins to start both; does not wait. */
  static Natives begin(CacheProperties cache, ServingProperties serving) {
    // Before there is any: what ended the process before is said once, and first.
    NativeWork.watch(cache.nativeWork());
    Path folder = cache.natives();
    int threads = serving.threads();
    return new Natives(
        begin("libtorch-start", () -> NativeEngine.start(folder, threads)),
        begin("decoders-start", () -> NativeImageLibrary.load(folder)));
  }

  private static <T> CompletableFuture<T> begin(String name, Supplier<T> start) {
    CompletableFuture<T> started = new CompletableFuture<>();
    Thread thread =
        new Thread(
            () -> {
              try {
                started.complete(start.get());
              } catch (RuntimeException | Error e) {
                started.completeExceptionally(e);
              }
            },
            name);
    thread.setDaemon(true);
    thread.start();
    return started;
  }

  /**
   * The engine, once it has started.
   *
   * @throws org.resnetserving.engine.EngineFailure if it does not start
   */
  NativeEngine engine() {
    return join(engine);
  }

  /**
   * The decoders, once they are loaded.
   *
   * @throws IllegalStateException if they do not load
   */
  NativeImageLibrary pictures() {
    return join(pictures);
  }

  private static <T> T join(CompletableFuture<T> started) {
    try {
      return started.join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw e;
    }
  }

  /** Whether libtorch has started, or failed to, within that time. */
  boolean settled(Duration patience) {
    try {
      engine.get(patience.toMillis(), TimeUnit.MILLISECONDS);
      return true;
    } catch (ExecutionException e) {
      return true;
    } catch (TimeoutException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
