package org.resnetserving.catalog;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * Which models are served. Nonsense refuses to start.
 *
 * @param models names of the models to serve, the default one first
 * @param modelsDirectory holds {@code <name>.yml} for each; only read
 * @param weightsDirectory holds weights that are fetched; by default {@code weights} in the cache
 */
@ConfigurationProperties("resnet")
public record CatalogProperties(
    List<String> models, Path modelsDirectory, @Nullable Path weightsDirectory) {

  public CatalogProperties {
    check(!models.isEmpty(), "resnet.models must name at least one model");
    check(
        models.stream().distinct().count() == models.size(),
        "resnet.models names a model twice: " + models);
  }

  private static void check(boolean holds, String message) {
    if (!holds) {
      throw new IllegalArgumentException(message);
    }
  }
}
