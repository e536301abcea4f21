package org.resnetserving.catalog;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.resnetserving.engine.NativeEngine;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * libtorch's start, on a thread of its own: it takes a second, which the rest of the service uses
 * to put itself together.
 */
public final class EngineStart {
  private static final String BEAN = "engineStart";

  private final CompletableFuture<NativeEngine> engine = new CompletableFuture<>();

  EngineStart(CatalogProperties properties) {
    Thread thread = new Thread(() -> run(properties), "libtorch-start");
    thread.setDaemon(true);
    thread.start();
  }

  /** Begins before there are beans. An initializer of the server's application context. */
  public static void before(ConfigurableApplicationContext context) {
    CatalogProperties properties =
        Binder.get(context.getEnvironment())
            .bindOrCreate(CatalogProperties.PREFIX, CatalogProperties.class);
    context.getBeanFactory().registerSingleton(BEAN, new EngineStart(properties));
  }

  private void run(CatalogProperties properties) {
    try {
      engine.complete(NativeEngine.start(properties.natives(), properties.serving().threads()));
    } catch (RuntimeException | Error e) {
      engine.completeExceptionally(e);
    }
  }

  /**
   * The engine, once it has started.
   *
   * @throws org.resnetserving.engine.EngineFailure if it does not start
   */
  NativeEngine engine() {
    try {
      return engine.join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw e;
    }
  }
}
