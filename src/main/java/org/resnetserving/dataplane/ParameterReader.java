package org.resnetserving.dataplane;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.resnetserving.problem.ProblemException;
import org.resnetserving.problem.ProblemType;

/**
 * The parameters of one request, by name. Numbers are those of JSON, without a sign: Java's own may
 * have a suffix, other scripts' digits, or be hexadecimal. Every failure is a {@link
 * ProblemException} (PARAMETER_INVALID) that names the parameter and what it may be.
 */
public final class ParameterReader {
  private static final Pattern WHOLE = Pattern.compile("[0-9]{1,9}");

  private static final Pattern DECIMAL =
      Pattern.compile("([0-9]{1,18}(\\.[0-9]{0,30})?|\\.[0-9]{1,30})([eE][+-]?[0-9]{1,3})?");

  private final Map<String, List<String>> given;

  private ParameterReader(Map<String, List<String>> given) {
    this.given = given;
  }

  /** Takes the parameters of a request, of which there may be these. */
  public static ParameterReader of(Map<String, List<String>> given, List<String> names) {
    for (String name : given.keySet()) {
      if (!names.contains(name)) {
        throw new ProblemException(
                ProblemType.PARAMETER_INVALID,
                "There is no parameter '%s' here; there are %s."
                    .formatted(ProblemException.shortened(name), listed(names)))
            .with("parameter", ProblemException.shortened(name));
      }
    }
    return new ParameterReader(given);
  }

  private static String listed(List<String> names) {
    int last = names.size() - 1;
    return last < 1
        ? String.join("", names)
        : String.join(", ", names.subList(0, last)) + " and " + names.get(last);
  }

  /** The text; empty where it is not given. */
  public Optional<String> text(String name) {
    List<String> values = given.get(name);
    if (values == null) {
      return Optional.empty();
    }
    if (values.size() != 1) {
      throw invalid(name, "given once", String.join(", ", values));
    }
    return Optional.of(values.get(0).strip());
  }

  /** Whether it is given. */
  public boolean has(String name) {
    return given.containsKey(name);
  }

  /** The texts of a parameter that may be given several times; none where it is not given. */
  public List<String> texts(String name) {
    return given.getOrDefault(name, List.of()).stream().map(String::strip).toList();
  }

  /** True or false, by whatever capitals: Python writes True. The name alone is true. */
  public boolean flag(String name) {
    return text(name)
        .map(
            value ->
                switch (value.toLowerCase(Locale.ROOT)) {
                  case "true", "" -> true;
                  case "false" -> false;
                  default -> throw invalid(name, "true or false", value);
                })
        .orElse(false);
  }

  /** A whole number from 1 to so many, or {@code all} of them. */
  public Optional<Integer> count(String name, int most) {
    return text(name)
        .map(
            value -> {
              if (value.equals("all")) {
                return most;
              }
              if (WHOLE.matcher(value).matches()) {
                int count = Integer.parseInt(value);
                if (count >= 1 && count <= most) {
                  return count;
                }
              }
              throw invalid(name, "a whole number from 1 to " + most + ", or 'all'", value);
            });
  }

  /** A number from 0 to 1. */
  public Optional<Double> fraction(String name) {
    return text(name).map(value -> fraction(name, "a number from 0 to 1", value));
  }

  /** A number from 0 to 1, or true for a certain one, or false for none. */
  public Optional<Double> fraction(String name, double whereTrue) {
    return text(name)
        .flatMap(
            value ->
                switch (value.toLowerCase(Locale.ROOT)) {
                  case "true", "" -> Optional.of(whereTrue);
                  case "false" -> Optional.empty();
                  default ->
                      Optional.of(fraction(name, "true, false or a number from 0 to 1", value));
                });
  }

  private static double fraction(String name, String allowed, String value) {
    if (DECIMAL.matcher(value).matches()) {
      double fraction = Double.parseDouble(value);
      if (fraction <= 1) {
        return fraction;
      }
    }
    throw invalid(name, allowed, value);
  }

  /** The refusal of a value. */
  public static ProblemException invalid(String name, String allowed, String value) {
    return new ProblemException(
            ProblemType.PARAMETER_INVALID,
            "Parameter '%s' must be %s, but is '%s'."
                .formatted(name, allowed, ProblemException.shortened(value)))
        .with("parameter", name)
        .with("allowed", allowed);
  }
}
