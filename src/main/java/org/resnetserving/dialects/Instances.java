package org.resnetserving.dialects;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.resnetserving.dataplane.Classification;
import org.resnetserving.dataplane.ClassifyParameters;
import org.resnetserving.dataplane.Exchange;
import org.resnetserving.problem.ProblemException;
import org.resnetserving.problem.ProblemType;
import org.resnetserving.serving.Input;
import org.resnetserving.serving.Outcome;
import org.resnetserving.upload.Upload;

/**
 * Pictures that come as instances, of which each is answered, or else none: what TensorFlow
 * Serving, Vertex AI, KServe's v1 protocol and SageMaker have in common.
 */
final class Instances {
  /** TensorFlow Serving's clients may say it; there is one signature here. */
  private static final String SIGNATURE = "signature_name";

  /** Vertex AI's clients put their parameters into this member. */
  private static final String PARAMETERS = "parameters.";

  /** An answer here has no place for them. */
  private static final List<String> ELSEWHERE =
      List.of(
          ClassifyParameters.DETAILS, ClassifyParameters.EMBEDDING, ClassifyParameters.NORMALIZE);

  private Instances() {}

  /**
   * The answer.
   *
   * @param predictions what is said of each instance, in their order
   */
  record Predictions(List<Classification> predictions) {}

  /** Classifies all pictures of the upload. */
  static Predictions predict(Upload upload, Exchange exchange) {
    Map<String, List<String>> given = parameters(upload);
    refuse(given, ELSEWHERE, "/classify or /embed");
    ClassifyParameters parameters = exchange.parameters(given);
    List<Outcome> outcomes =
        exchange.infer(
            upload.<Input>pictures(Input.File::new, Input.Broken::new),
            exchange.wanted(parameters),
            upload.deadline());
    List<Classification> said = new ArrayList<>();
    for (Outcome outcome : outcomes) {
      if (outcome.problem().isPresent()) {
        throw at(said.size(), outcome.problem().get());
      }
      said.add(exchange.classification(outcome.result(), parameters));
    }
    return new Predictions(said);
  }

  /** What the client says of the answer, by our names. */
  static Map<String, List<String>> parameters(Upload upload) {
    Map<String, List<String>> ours = new LinkedHashMap<>();
    upload
        .parameters()
        .forEach(
            (name, values) ->
                ours.put(
                    name.startsWith(PARAMETERS) ? name.substring(PARAMETERS.length()) : name,
                    values));
    ours.remove(SIGNATURE);
    return ours;
  }

  /**
   * Nothing if none of these parameters is given.
   *
   * @param path of ours where they mean something
   * @throws ProblemException (PARAMETER_INVALID)
   */
  static void refuse(Map<String, List<String>> given, List<String> names, String path) {
    for (String name : names) {
      if (given.containsKey(name)) {
        throw new ProblemException(
                ProblemType.PARAMETER_INVALID,
                "The parameter '%s' changes nothing in an answer of this form. Leave it out, or ask at /v1/models/{model}%s."
                    .formatted(name, path))
            .with("parameter", name);
      }
    }
  }

  /** The failure of one instance, which is the failure of all. */
  static ProblemException at(int instance, ProblemException e) {
    return e.at("instances[%d]".formatted(instance));
  }
}
