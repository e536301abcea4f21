package org.resnetserving.catalog;

import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;
import org.resnetserving.engine.NativeEngine;
import org.resnetserving.image.NativeImageLibrary;
import org.resnetserving.programs.CacheProperties;
import org.resnetserving.serving.ServingProperties;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * The start of libtorch and of the picture decoders, on threads of their own: it takes a second,
 * which the rest of the service uses to put itself together.
 */
public final class EngineStart {
  private static final String BEAN = "engineStart";

  private final CompletableFuture<NativeEngine> engine;
  private final CompletableFuture<NativeImageLibrary> pictures;

  EngineStart(CacheProperties cache, ServingProperties serving) {
    Path natives = cache.natives();
    int threads = serving.threads();
    engine = begin("libtorch-start", () -> NativeEngine.start(natives, threads));
    pictures = begin("decoders-start", () -> NativeImageLibrary.load(natives));
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

  /** Begins before there are beans. An initializer of the server's application context. */
  public static void before(ConfigurableApplicationContext context) {
    Binder binder = Binder.get(context.getEnvironment());
    context
        .getBeanFactory()
        .registerSingleton(
            BEAN,
            new EngineStart(
                binder.bindOrCreate("resnet", CacheProperties.class),
                binder.bindOrCreate("resnet.serving", ServingProperties.class)));
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
}
