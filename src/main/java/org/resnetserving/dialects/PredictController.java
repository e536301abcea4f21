package org.resnetserving.dialects;

import io.swagger.v3.oas.annotations.Hidden;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.resnetserving.dataplane.Classification;
import org.resnetserving.dataplane.ClassifyParameters;
import org.resnetserving.dataplane.DataPlane;
import org.resnetserving.dataplane.Exchange;
import org.resnetserving.problem.FailureResponse;
import org.resnetserving.problem.ProblemDocuments;
import org.resnetserving.problem.ProblemException;
import org.resnetserving.serving.Input;
import org.resnetserving.serving.Outcome;
import org.resnetserving.upload.JsonShape;
import org.resnetserving.upload.Upload;
import org.resnetserving.upload.UploadRequest;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.context.request.WebRequest;

/** Predictions as TensorFlow Serving, Vertex AI and KServe's v1 protocol give them. */
@RestController
@Hidden // These servers have their own descriptions.
final class PredictController {
  /** TensorFlow Serving's clients may say it; there is one signature here. */
  private static final String SIGNATURE = "signature_name";

  /** Vertex AI's clients put their parameters into this member. */
  private static final String PARAMETERS = "parameters.";

  private final DataPlane plane;

  PredictController(DataPlane plane) {
    this.plane = plane;
  }

  /**
   * The answer.
   *
   * @param predictions what is said of each instance, in their order
   */
  record Predictions(List<Classification> predictions) {}

  /**
   * A failure.
   *
   * @param error what happened, and what to do
   */
  record Failure(String error) {}

  @PostMapping(path = "/v1/models/{model}:predict", produces = MediaType.APPLICATION_JSON_VALUE)
  Predictions predict(@PathVariable String model, UploadRequest request) throws IOException {
    return plane.answer(plane.model(model), exchange -> answer(request, exchange));
  }

  private static Predictions answer(UploadRequest request, Exchange exchange) throws IOException {
    exchange.requireLabels();
    try (Upload upload = request.read(exchange.model(), JsonShape.INSTANCES)) {
      ClassifyParameters parameters = exchange.parameters(ours(upload.parameters()));
      List<Outcome> outcomes =
          exchange.infer(
              upload.<Input>pictures(Input.File::new, Input.Broken::new),
              exchange.wanted(parameters),
              upload.deadline());
      List<Classification> said = new ArrayList<>();
      for (Outcome outcome : outcomes) {
        if (outcome.problem().isPresent()) {
          throw outcome.problem().get().at("instances[%d]".formatted(said.size()));
        }
        said.add(exchange.classification(outcome.result(), parameters));
      }
      return new Predictions(said);
    }
  }

  private static Map<String, List<String>> ours(Map<String, List<String>> given) {
    Map<String, List<String>> ours = new LinkedHashMap<>();
    given.forEach(
        (name, values) ->
            ours.put(
                name.startsWith(PARAMETERS) ? name.substring(PARAMETERS.length()) : name, values));
    ours.remove(SIGNATURE);
    return ours;
  }

  @ExceptionHandler
  ResponseEntity<Failure> failure(ProblemException e, WebRequest request) {
    return FailureResponse.begin(e, request)
        .contentType(MediaType.APPLICATION_JSON)
        .body(new Failure(String.valueOf(ProblemDocuments.of(e).getDetail())));
  }
}
