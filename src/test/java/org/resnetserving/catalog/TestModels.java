package org.resnetserving.catalog;

import java.nio.file.Path;
import java.time.Duration;
import org.resnetserving.catalog.ModelDescriptor.Weights;
import org.resnetserving.image.DecodeMode;

/** Models for tests: the bundled small one under other names, or with other weights. */
final class TestModels {
  static final CatalogProperties.Serving SERVING =
      new CatalogProperties.Serving(
          1,
          1,
          8,
          64,
          Duration.ofSeconds(10),
          Duration.ofSeconds(60),
          ModelDescriptor.Precision.AUTO,
          DecodeMode.EXACT,
          Duration.ZERO);

  private static final ModelDescriptor SMALL =
      ModelDescriptors.read(Path.of("models/resnet20-cifar10.yml"));

  private TestModels() {}

  static ServedModel model(String name) {
    return model(name, SMALL.file(), SMALL.weights());
  }

  /**
   * @param file the descriptor's place
   */
  static ServedModel model(String name, Path file, Weights weights) {
    return ServedModel.of(
        new ModelDescriptor(
            name,
            file,
            SMALL.title(),
            SMALL.description(),
            SMALL.architecture(),
            SMALL.classes(),
            weights,
            SMALL.labels(),
            SMALL.preset(),
            SMALL.license(),
            SMALL.accuracy(),
            SMALL.serving(),
            SMALL.int8Checked(),
            SMALL.note()),
        SERVING);
  }
}
