package org.resnetserving.dataplane;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.resnetserving.models.Labels;
import org.resnetserving.problem.ProblemException;
import org.resnetserving.serving.Ensemble;

/**
 * What a client may say about the ranked labels it wants.
 *
 * @param topK how many predictions at most; 1 to the number of classes
 * @param minProbability predictions less probable than this are left out; 0 to 1; null takes what
 *     the model's descriptor says
 * @param details whether digest, precision and timings are part of the answer
 * @param embedding whether the pooled features are part of the answer
 * @param normalize whether those are divided by their length
 * @param tenViews whether probabilities are averaged over ten views of each picture
 * @param labels indexes of the classes that are ranked; null for all
 * @param rollup the probability that a roll-up has to reach; null for no roll-up
 * @param unsureBelow the probability of the first label under which an answer is said to be unsure;
 *     null where nothing is said of it
 */
public record ClassifyParameters(
    int topK,
    @Nullable Double minProbability,
    boolean details,
    boolean embedding,
    boolean normalize,
    boolean tenViews,
    @Nullable Set<Integer> labels,
    @Nullable Double rollup,
    @Nullable Double unsureBelow) {
  public static final String TOP_K = "top_k";
  public static final String MIN_PROBABILITY = "min_probability";
  public static final String DETAILS = "details";
  public static final String EMBEDDING = "embedding";
  public static final String NORMALIZE = "normalize";
  public static final String VIEWS = "views";
  public static final String LABELS = "labels";
  public static final String ROLLUP = "rollup";
  public static final String UNSURE_BELOW = "unsure_below";
  static final int DEFAULT_TOP_K = 5;

  private static final List<String> NAMES =
      List.of(
          TOP_K,
          MIN_PROBABILITY,
          DETAILS,
          EMBEDDING,
          NORMALIZE,
          VIEWS,
          LABELS,
          ROLLUP,
          UNSURE_BELOW);

  /** Of what belongs to one model: its digest, and its features. */
  private static final List<String> SEVERAL =
      List.of(TOP_K, MIN_PROBABILITY, VIEWS, LABELS, ROLLUP, UNSURE_BELOW, Ensemble.MODELS);

  /**
   * Reads the parameters of a request to several models with these labels.
   *
   * @throws ProblemException (PARAMETER_INVALID) naming the parameter and its range
   */
  static ClassifyParameters ofSeveral(Map<String, List<String>> given, Labels labels) {
    return of(ParameterReader.of(given, SEVERAL), labels, null);
  }

  /**
   * Reads the parameters of a request to a model with these labels.
   *
   * @param unsureBelow of the model, where the request does not say it
   * @throws ProblemException (PARAMETER_INVALID) naming the parameter and its range
   */
  public static ClassifyParameters of(
      Map<String, List<String>> given, Labels labels, @Nullable Double unsureBelow) {
    return of(ParameterReader.of(given, NAMES), labels, unsureBelow);
  }

  private static ClassifyParameters of(
      ParameterReader parameters, Labels labels, @Nullable Double unsureBelow) {
    int classes = labels.size();
    return new ClassifyParameters(
        parameters.count(TOP_K, classes).orElse(Math.min(DEFAULT_TOP_K, classes)),
        parameters.fraction(MIN_PROBABILITY).orElse(null),
        parameters.flag(DETAILS),
        parameters.flag(EMBEDDING),
        parameters.flag(NORMALIZE),
        tenViews(parameters),
        parameters.has(LABELS) ? NamedLabels.of(parameters.texts(LABELS), labels) : null,
        parameters.fraction(ROLLUP, RollUp.THRESHOLD).orElse(null),
        parameters.fraction(UNSURE_BELOW).orElse(unsureBelow));
  }

  private static boolean tenViews(ParameterReader parameters) {
    return parameters
        .text(VIEWS)
        .map(
            value ->
                switch (value) {
                  case "1" -> false;
                  case "10" -> true;
                  default -> throw ParameterReader.invalid(VIEWS, "1 or 10", value);
                })
        .orElse(false);
  }
}
