package org.resnetserving.models;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.resnetserving.weights.NearestNames;

/**
 * How probable a class must be to be told, where a request does not say it: what {@code
 * min_probability} in a descriptor holds.
 *
 * @param all of every class that is not named, 0 to 1; 0 tells it whatever its probability
 * @param named of single classes
 */
public record Thresholds(double all, List<Named> named) {
  /** Every class is told. */
  public static final Thresholds NONE = new Thresholds(0, List.of());

  private static final String KEY = "min_probability";

  /** Keeps its own list. */
  public Thresholds {
    named = List.copyOf(named);
  }

  /**
   * Of the classes of one label.
   *
   * @param label a name, or a WordNet id
   * @param least the probability, 0 to 1
   * @param line of the descriptor that says it
   */
  public record Named(String label, double least, int line) {}

  /**
   * One number for all classes, or a mapping of labels to numbers; none where the key is absent.
   */
  static Thresholds of(YamlMap yaml) {
    if (!yaml.has(KEY)) {
      return NONE;
    }
    return yaml.isText(KEY)
        ? new Thresholds(yaml.number(KEY, 0, 1), List.of())
        : new Thresholds(0, yaml.namedNumbers(KEY, 0, 1));
  }

  /**
   * One for each output of a model.
   *
   * @param descriptor its file, for messages
   * @throws DescriptorException naming a label that none of the classes has, and the nearest ones
   */
  public List<Double> of(Labels labels, Path descriptor) {
    List<Double> thresholds = new ArrayList<>(Collections.nCopies(labels.size(), all));
    for (Named each : named) {
      List<Label> meant =
          labels.all().stream()
              .filter(label -> each.label.equals(label.name()) || each.label.equals(label.wnid()))
              .toList();
      if (meant.isEmpty()) {
        throw new DescriptorException(
            descriptor,
            each.line,
            "%s names '%s', which is no label: %s"
                .formatted(
                    KEY,
                    each.label,
                    NearestNames.of(each.label, labels.all().stream().map(Label::name).toList())));
      }
      meant.forEach(label -> thresholds.set(label.index(), each.least));
    }
    return List.copyOf(thresholds);
  }
}
