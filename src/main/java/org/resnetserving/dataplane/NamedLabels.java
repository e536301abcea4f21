package org.resnetserving.dataplane;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.resnetserving.models.Label;
import org.resnetserving.models.Labels;
import org.resnetserving.problem.ProblemException;
import org.resnetserving.problem.ProblemType;

/** The classes that the parameter {@code labels} names. */
final class NamedLabels {
  private NamedLabels() {}

  /**
   * Finds classes by name, wnid or index. A name that two classes share means both.
   *
   * @param values each a name that may hold commas, or several, separated by commas
   * @return their indexes
   * @throws ProblemException (PARAMETER_INVALID) with the nearest names to one that there is not
   */
  static Set<Integer> of(List<String> values, Labels labels) {
    Set<Integer> indexes = new LinkedHashSet<>();
    for (String value : values) {
      List<Label> whole = labels.named(value);
      if (!whole.isEmpty()) {
        whole.forEach(label -> indexes.add(label.index()));
        continue;
      }
      for (String name : value.split(",", -1)) {
        List<Label> named = labels.named(name.strip());
        if (named.isEmpty()) {
          throw unknown(name.strip(), labels);
        }
        named.forEach(label -> indexes.add(label.index()));
      }
    }
    return Set.copyOf(indexes);
  }

  private static ProblemException unknown(String name, Labels labels) {
    String shown = ProblemException.shortened(name);
    return new ProblemException(
            ProblemType.PARAMETER_INVALID,
            "Parameter 'labels' names '%s', which is no label of this model by name, WordNet id or index: %s."
                .formatted(shown, labels.nearest(shown)))
        .with("parameter", ClassifyParameters.LABELS)
        .with("allowed", "labels of the model, by name, WordNet id or index");
  }
}
