package org.resnetserving.dataplane;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.resnetserving.problem.ProblemException;
import org.resnetserving.problem.ProblemType;

/**
 * What a client may say about the answer it wants.
 *
 * @param topK how many predictions at most; 1 to the number of classes, {@link #ALL} for all
 * @param minProbability predictions less probable than this are left out; 0 to 1
 * @param details whether digest, precision and timings are part of the answer
 */
public record ClassifyParameters(int topK, double minProbability, boolean details) {
  public static final String TOP_K = "top_k";
  public static final String MIN_PROBABILITY = "min_probability";
  public static final String DETAILS = "details";
  public static final int ALL = Integer.MAX_VALUE;
  public static final int DEFAULT_TOP_K = 5;

  /** Java's own numbers may have a sign, a suffix, other scripts' digits, or be hexadecimal. */
  private static final Pattern WHOLE = Pattern.compile("[0-9]{1,9}");

  private static final Pattern DECIMAL =
      Pattern.compile("([0-9]{1,18}(\\.[0-9]{0,30})?|\\.[0-9]{1,30})([eE][+-]?[0-9]{1,3})?");

  private static final Set<String> NAMES = Set.of(TOP_K, MIN_PROBABILITY, DETAILS);

  /**
   * Reads the parameters of a request to a model of so many classes.
   *
   * @throws ProblemException (PARAMETER_INVALID) naming the parameter and its range
   */
  public static ClassifyParameters of(Map<String, List<String>> given, int classes) {
    int topK = Math.min(DEFAULT_TOP_K, classes);
    double minProbability = 0;
    boolean details = false;
    for (Map.Entry<String, List<String>> entry : given.entrySet()) {
      String name = entry.getKey();
      if (!NAMES.contains(name)) {
        throw new ProblemException(
                ProblemType.PARAMETER_INVALID,
                "There is no parameter '%s'; there are %s, %s and %s."
                    .formatted(ProblemException.shortened(name), TOP_K, MIN_PROBABILITY, DETAILS))
            .with("parameter", ProblemException.shortened(name));
      }
      if (entry.getValue().size() != 1) {
        throw invalid(name, "given once", String.join(", ", entry.getValue()));
      }
      String value = entry.getValue().get(0).strip();
      switch (name) {
        case TOP_K -> topK = topK(value, classes);
        case MIN_PROBABILITY -> minProbability = minProbability(value);
        default -> details = details(value);
      }
    }
    return new ClassifyParameters(topK, minProbability, details);
  }

  private static int topK(String value, int classes) {
    if (value.equals("all")) {
      return classes;
    }
    if (WHOLE.matcher(value).matches()) {
      int k = Integer.parseInt(value);
      if (k >= 1 && k <= classes) {
        return k;
      }
    }
    throw invalid(TOP_K, "a whole number from 1 to " + classes + ", or 'all'", value);
  }

  private static double minProbability(String value) {
    if (DECIMAL.matcher(value).matches()) {
      double probability = Double.parseDouble(value);
      if (probability <= 1) {
        return probability;
      }
    }
    throw invalid(MIN_PROBABILITY, "a number from 0 to 1", value);
  }

  private static boolean details(String value) {
    // Python writes True.
    return switch (value.toLowerCase(Locale.ROOT)) {
      case "true", "" -> true;
      case "false" -> false;
      default -> throw invalid(DETAILS, "true or false", value);
    };
  }

  private static ProblemException invalid(String name, String range, String value) {
    return new ProblemException(
            ProblemType.PARAMETER_INVALID,
            "Parameter '%s' must be %s, but is '%s'."
                .formatted(name, range, ProblemException.shortened(value)))
        .with("parameter", name)
        .with("allowed", range);
  }
}
