package org.resnetserving.pool;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.slf4j.LoggerFactory;

/** Keeps this package's log still while tests make it fail on purpose. */
final class Quiet implements BeforeAllCallback, AfterAllCallback {
  private static final Logger logger =
      (Logger) LoggerFactory.getLogger(WorkerPool.class.getPackageName());

  @Override
  public void beforeAll(ExtensionContext context) {
    logger.setLevel(Level.OFF);
  }

  @Override
  public void afterAll(ExtensionContext context) {
    logger.setLevel(null);
  }
}
