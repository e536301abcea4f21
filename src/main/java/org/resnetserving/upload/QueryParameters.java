package org.resnetserving.upload;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.resnetserving.problem.ProblemException;
import org.resnetserving.problem.ProblemType;

/** The parameters of a query, percent-decoded, as those of a form are understood. */
final class QueryParameters {
  private QueryParameters() {}

  /**
   * Reads a query: {@code name=value&…}, UTF-8. A name without a value has an empty one.
   *
   * @throws ProblemException (PARAMETER_INVALID) if a percent sign is not followed by two digits
   */
  static Map<String, List<String>> parse(@Nullable String query) {
    Map<String, List<String>> parameters = new LinkedHashMap<>();
    if (query == null) {
      return parameters;
    }
    for (String pair : query.split("&", -1)) {
      if (pair.isEmpty()) {
        continue;
      }
      int equals = pair.indexOf('=');
      String name = decoded(equals < 0 ? pair : pair.substring(0, equals), pair);
      String value = equals < 0 ? "" : decoded(pair.substring(equals + 1), pair);
      parameters.computeIfAbsent(name, n -> new ArrayList<>()).add(value);
    }
    return parameters;
  }

  private static String decoded(String encoded, String pair) {
    try {
      return URLDecoder.decode(encoded, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw new ProblemException(
              ProblemType.PARAMETER_INVALID,
              "In the query, '%s' has a percent sign that is not followed by two hexadecimal digits."
                  .formatted(ProblemException.shortened(pair)),
              e)
          .with("parameter", ProblemException.shortened(pair));
    }
  }
}
