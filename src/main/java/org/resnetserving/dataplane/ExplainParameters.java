package org.resnetserving.dataplane;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.resnetserving.image.ColorScale;
import org.resnetserving.models.Labels;
import org.resnetserving.problem.ProblemException;

/**
 * What a client may say about the explanation it wants.
 *
 * @param index the class that is explained; empty takes the most probable one
 * @param opacity of the colours, from 0 to 1
 * @param colors that the map is drawn in
 */
public record ExplainParameters(Optional<Integer> index, double opacity, ColorScale colors) {
  public static final String CLASS = "class";
  public static final String OPACITY = "opacity";
  public static final String COLORS = "colors";
  static final double DEFAULT_OPACITY = 0.5;

  private static final List<String> NAMES = List.of(CLASS, OPACITY, COLORS);

  /**
   * Reads the parameters of a request to a model of these classes.
   *
   * @throws ProblemException (PARAMETER_INVALID) naming the parameter and what it may be
   */
  public static ExplainParameters of(Map<String, List<String>> given, Labels labels) {
    ParameterReader parameters = ParameterReader.of(given, NAMES);
    return new ExplainParameters(
        parameters.text(CLASS).map(text -> NamedLabels.one(CLASS, text, labels)),
        parameters.fraction(OPACITY).orElse(DEFAULT_OPACITY),
        parameters.text(COLORS).map(ExplainParameters::scale).orElse(ColorScale.VIRIDIS));
  }

  private static ColorScale scale(String text) {
    return Arrays.stream(ColorScale.values())
        .filter(scale -> scale.label().equals(text))
        .findFirst()
        .orElseThrow(
            () ->
                ParameterReader.invalid(
                    COLORS,
                    Arrays.stream(ColorScale.values())
                        .map(ColorScale::label)
                        .collect(Collectors.joining(" or ")),
                    text));
  }
}
