package org.resnetserving.dataplane;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.resnetserving.models.Label;
import org.resnetserving.models.Labels;
import org.resnetserving.problem.ProblemException;
import org.resnetserving.problem.ProblemType;

/** The classes that a parameter names. */
final class NamedLabels {
  /** Of classes of the same name, how many a refusal tells the indexes of. */
  private static final int MOST_INDEXES = 10;

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
          throw unknown(ClassifyParameters.LABELS, name.strip(), labels);
        }
        named.forEach(label -> indexes.add(label.index()));
      }
    }
    return Set.copyOf(indexes);
  }

  /**
   * Finds one class by name, wnid or index.
   *
   * @return its index
   * @throws ProblemException (PARAMETER_INVALID) with the nearest names if there is none, with
   *     their indexes if several have that name
   */
  static int one(String parameter, String name, Labels labels) {
    List<Label> named = labels.named(name);
    if (named.isEmpty()) {
      throw unknown(parameter, name, labels);
    }
    if (named.size() > 1) {
      throw ParameterReader.invalid(
          parameter,
          "an index, since several classes have that label: "
              + named.stream()
                  .limit(MOST_INDEXES)
                  .map(label -> Integer.toString(label.index()))
                  .collect(Collectors.joining(", ")),
          name);
    }
    return named.get(0).index();
  }

  private static ProblemException unknown(String parameter, String name, Labels labels) {
    String shown = ProblemException.shortened(name);
    return new ProblemException(
            ProblemType.PARAMETER_INVALID,
            "Parameter '%s' names '%s', which is no label of this model by name, WordNet id or index: %s."
                .formatted(parameter, shown, labels.nearest(shown)))
        .with("parameter", parameter)
        .with("allowed", "labels of the model, by name, WordNet id or index");
  }
}
