package org.resnetserving.dataplane;

import java.util.List;
import java.util.Map;
import org.resnetserving.problem.ProblemException;

/**
 * What a client may say about the embedding it wants.
 *
 * @param normalize whether it is divided by its length (L2)
 * @param details whether digest, precision and timings are part of the answer
 */
public record EmbedParameters(boolean normalize, boolean details) {
  private static final List<String> NAMES =
      List.of(ClassifyParameters.NORMALIZE, ClassifyParameters.DETAILS);

  /**
   * Reads the parameters of a request.
   *
   * @throws ProblemException (PARAMETER_INVALID) naming the parameter and what it may be
   */
  public static EmbedParameters of(Map<String, List<String>> given) {
    ParameterReader parameters = ParameterReader.of(given, NAMES);
    return new EmbedParameters(
        parameters.flag(ClassifyParameters.NORMALIZE), parameters.flag(ClassifyParameters.DETAILS));
  }
}
