package org.resnetserving.catalog;

import java.util.Map;
import org.springframework.boot.EnvironmentPostProcessor;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MapPropertySource;

/**
 * Lets the setting {@code models} be a list in YAML, too. That is {@code models[0]} and so on,
 * which the placeholder of {@code resnet.models} would not see.
 */
final class ModelsList implements EnvironmentPostProcessor {
  private static final String MODELS = "models";

  @Override
  public void postProcessEnvironment(
      ConfigurableEnvironment environment, SpringApplication application) {
    Binder.get(environment)
        .bind(MODELS, Bindable.listOf(String.class))
        .ifBound(
            names ->
                environment
                    .getPropertySources()
                    .addFirst(
                        new MapPropertySource(
                            "models, as one line", Map.of(MODELS, String.join(",", names)))));
  }
}
