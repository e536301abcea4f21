package org.resnetserving.serving;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.resnetserving.admission.Ticker;
import org.resnetserving.image.DecodeMode;
import org.resnetserving.models.ModelDescriptor;
import org.resnetserving.models.ModelDescriptor.Weights;
import org.resnetserving.models.ModelDescriptors;
import org.resnetserving.models.Origin;
import org.springframework.util.unit.DataSize;

/** Models for tests: the bundled small one under other names, or with other weights. */
public final class TestModels {
  public static final ServingProperties SERVING =
      new ServingProperties(
          1,
          1,
          8,
          64,
          Duration.ofSeconds(10),
          Duration.ofSeconds(60),
          ModelDescriptor.Precision.AUTO,
          DecodeMode.EXACT,
          Duration.ZERO);

  /** Nothing is kept. */
  public static final AnswerCache NO_CACHE =
      new AnswerCache(
          new AnswerCacheProperties(DataSize.ofBytes(0), Duration.ofHours(1)),
          Ticker.system(),
          (model, lookup) -> {});

  /** Of a network that nobody looks into. */
  public static final Origin ORIGIN =
      new Origin("test", null, null, null, null, 0, List.of(), 0, List.of(), Map.of());

  private static final ModelDescriptor SMALL =
      ModelDescriptors.read(Path.of("models/resnet20-cifar10.yml"));

  private TestModels() {}

  public static ServedModel model(String name) {
    return model(name, SMALL.file(), SMALL.weights());
  }

  /**
   * @param file the descriptor's place
   */
  public static ServedModel model(String name, Path file, Weights weights) {
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
            SMALL.activation(),
            SMALL.temperature(),
            SMALL.thresholds(),
            SMALL.license(),
            SMALL.accuracy(),
            SMALL.unsureBelow(),
            SMALL.serving(),
            SMALL.int8Checked(),
            SMALL.note()),
        SERVING);
  }
}
