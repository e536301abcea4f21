package org.resnetserving.catalog;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.resnetserving.models.DescriptorException;
import org.resnetserving.models.ModelDescriptor;
import org.resnetserving.models.ModelDescriptors;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Which models are served. Nonsense refuses to start.
 *
 * @param models names of the models to serve, the default one first; none takes the bundled ones,
 *     or else the only one that there is
 * @param modelsDirectory hold {@code <name>.yml} for each, in one of them, or are a model each;
 *     only read
 * @param modelsWatch how often the files of models are looked at, so that the models follow them;
 *     absent for never
 * @param weightsDirectory holds weights that are fetched; by default {@code weights} in the cache
 */
@ConfigurationProperties("resnet")
public record CatalogProperties(
    @DefaultValue List<String> models,
    List<Path> modelsDirectory,
    @Nullable Duration modelsWatch,
    @Nullable Path weightsDirectory) {

  /** What comes with the clone. */
  private static final List<String> BUNDLED = List.of("resnet50-tiny-imagenet", "resnet20-cifar10");

  public CatalogProperties {
    check(
        models.stream().distinct().count() == models.size(),
        "resnet.models names a model twice: " + models);
    check(
        modelsWatch == null || modelsWatch.compareTo(Duration.ofSeconds(1)) >= 0,
        "resnet.models-watch must be at least 1s, but is " + modelsWatch);
    check(!modelsDirectory.isEmpty(), "resnet.models-directory must name at least one folder");
  }

  /**
   * The models that are described, by name.
   *
   * @throws DescriptorException with all mistakes
   */
  public Map<String, ModelDescriptor> described() {
    return ModelDescriptors.readFolders(modelsDirectory, models);
  }

  /**
   * The models to serve, the default one first.
   *
   * @throws DescriptorException if one of them is not described, or nothing says which are meant
   */
  List<ModelDescriptor> served() {
    Map<String, ModelDescriptor> described = described();
    List<String> names = models;
    if (names.isEmpty()) {
      names = described.size() == 1 ? List.copyOf(described.keySet()) : BUNDLED;
    }
    List<ModelDescriptor> served = new ArrayList<>();
    for (String name : names) {
      ModelDescriptor model = described.get(name);
      if (model == null) {
        throw new DescriptorException(
            "resnet.models asks for '%s', but %s describes %s"
                .formatted(
                    name,
                    modelsDirectory.stream()
                        .map(folder -> folder.toAbsolutePath().toString())
                        .collect(Collectors.joining(" and ")),
                    described.isEmpty()
                        ? "no model"
                        : String.join(", ", described.keySet()) + " only"));
      }
      served.add(model);
    }
    return served;
  }

  private static void check(boolean holds, String message) {
    if (!holds) {
      throw new IllegalArgumentException(message);
    }
  }
}
