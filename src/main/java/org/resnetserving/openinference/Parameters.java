package org.resnetserving.openinference;

import java.util.Map;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.resnetserving.problem.ProblemException;
import org.resnetserving.problem.ProblemType;

/**
 * The parameters of a request, an input or an output. Those that nobody here asks for are let be:
 * clients of other servers send theirs.
 *
 * @param values strings, numbers and booleans by their names
 */
record Parameters(Map<String, Object> values) {
  static final String BINARY_DATA = "binary_data";
  static final String BINARY_DATA_OUTPUT = "binary_data_output";
  static final String BINARY_DATA_SIZE = "binary_data_size";
  static final String CLASSIFICATION = "classification";
  static final String TIMEOUT = "timeout";
  static final Parameters NONE = new Parameters(Map.of());

  Parameters {
    values = Map.copyOf(values);
  }

  /** True or false; as JSON, or as its word. */
  boolean flag(String name, boolean otherwise) {
    Object value = values.get(name);
    if (value == null) {
      return otherwise;
    }
    return switch (String.valueOf(value)) {
      case "true" -> true;
      case "false" -> false;
      default -> throw invalid(name, "true or false", value);
    };
  }

  /** A whole number of 0 to so much; empty where it is not given. */
  OptionalLong whole(String name, long most) {
    Object value = values.get(name);
    if (value == null) {
      return OptionalLong.empty();
    }
    long whole = whole(value);
    if (whole < 0 || whole > most) {
      throw invalid(name, "a whole number of 0 to %,d".formatted(most), value);
    }
    return OptionalLong.of(whole);
  }

  /** Some clients send numbers as text. */
  private static long whole(@Nullable Object value) {
    String text = String.valueOf(value);
    return text.matches("[0-9]{1,18}") ? Long.parseLong(text) : -1;
  }

  private static ProblemException invalid(String name, String allowed, Object value) {
    return new ProblemException(
            ProblemType.PARAMETER_INVALID,
            "Parameter '%s' must be %s, but is '%s'."
                .formatted(name, allowed, Tensor.quoted(String.valueOf(value))))
        .with("parameter", name)
        .with("allowed", allowed);
  }
}
