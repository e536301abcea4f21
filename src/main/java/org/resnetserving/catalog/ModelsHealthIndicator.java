package org.resnetserving.catalog;

import org.resnetserving.serving.ModelState;
import org.resnetserving.serving.ModelStatus;
import org.resnetserving.serving.ServedModel;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;

/** Up once the default model answers; tells how each model is. */
final class ModelsHealthIndicator implements HealthIndicator {
  private final Catalog catalog;

  ModelsHealthIndicator(Catalog catalog) {
    this.catalog = catalog;
  }

  @Override
  public Health health() {
    boolean ready = catalog.defaultModel().status().state() == ModelState.READY;
    Health.Builder health = ready ? Health.up() : Health.outOfService();
    for (ServedModel model : catalog.models()) {
      ModelStatus status = model.status();
      String state = status.state().label();
      health.withDetail(
          model.name(), status.reason() == null ? state : state + ": " + status.reason());
    }
    return health.build();
  }
}
