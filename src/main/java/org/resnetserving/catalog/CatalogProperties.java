package org.resnetserving.catalog;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.resnetserving.models.DescriptorException;
import org.resnetserving.models.ModelDescriptor;
import org.resnetserving.models.ModelDescriptors;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * Which models are served. Nonsense refuses to start.
 *
 * @param models names of the models to serve, the default one first
 * @param modelsDirectory hold {@code <name>.yml} for each, in one of them; only read
 * @param weightsDirectory holds weights that are fetched; by default {@code weights} in the cache
 */
@ConfigurationProperties("resnet")
public record CatalogProperties(
    List<String> models, List<Path> modelsDirectory, @Nullable Path weightsDirectory) {

  public CatalogProperties {
    check(!models.isEmpty(), "resnet.models must name at least one model");
    check(
        models.stream().distinct().count() == models.size(),
        "resnet.models names a model twice: " + models);
    check(!modelsDirectory.isEmpty(), "resnet.models-directory must name at least one folder");
  }

  /**
   * The models that are described, by name.
   *
   * @throws DescriptorException with all mistakes
   */
  public Map<String, ModelDescriptor> described() {
    return ModelDescriptors.readFolders(modelsDirectory);
  }

  private static void check(boolean holds, String message) {
    if (!holds) {
      throw new IllegalArgumentException(message);
    }
  }
}
