package org.resnetserving.dialects;

import io.swagger.v3.oas.annotations.Hidden;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.resnetserving.dataplane.Classification;
import org.resnetserving.dataplane.ClassifyParameters;
import org.resnetserving.dataplane.DataPlane;
import org.resnetserving.dataplane.Exchange;
import org.resnetserving.dataplane.RollUp;
import org.resnetserving.network.Activation;
import org.resnetserving.problem.ProblemDocuments;
import org.resnetserving.problem.ProblemException;
import org.resnetserving.serving.Outcome;
import org.resnetserving.upload.JsonShape;
import org.resnetserving.upload.Upload;
import org.resnetserving.upload.UploadRequest;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

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
   * @param predictions one for each instance, in their order
   */
  record Predictions(List<Said> predictions) {}

  /**
   * What is said of one instance.
   *
   * @param predictions the most probable label first
   * @param unsure whether the first label is less probable than the threshold
   * @param rollup the answer as fine as it is certain; present only when asked for
   */
  record Said(List<Label> predictions, @Nullable Boolean unsure, @Nullable RollUp rollup) {
    static Said of(Classification said, Activation activation) {
      boolean probability = activation != Activation.NONE;
      return new Said(
          said.predictions().stream()
              .map(
                  one ->
                      new Label(
                          one.label().name(),
                          one.label().index(),
                          one.label().wnid(),
                          probability ? one.value() : null,
                          probability ? null : one.value()))
              .toList(),
          said.unsure(),
          said.rollup());
    }
  }

  /**
   * One class.
   *
   * @param label its name
   * @param index its position in the network's output
   * @param wnid its WordNet 3.0 id, where the model's labels have one
   * @param probability by the model's activation
   * @param value the network's output as it is, where the model has no activation
   */
  record Label(
      String label,
      int index,
      @Nullable String wnid,
      @Nullable Double probability,
      @Nullable Double value) {}

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
              upload.pictures().stream().map(Inputs::of).toList(),
              exchange.wanted(parameters),
              upload.deadline());
      List<Said> said = new ArrayList<>();
      for (Outcome outcome : outcomes) {
        if (outcome.problem().isPresent()) {
          throw naming(said.size(), outcome.problem().get());
        }
        said.add(
            Said.of(
                exchange.classification(outcome.result(), parameters),
                exchange.model().activation()));
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

  private static ProblemException naming(int instance, ProblemException e) {
    return new ProblemException(
        e.type(), "instances[%d]: %s".formatted(instance, e.getMessage()), e);
  }

  @ExceptionHandler
  ResponseEntity<Failure> failure(ProblemException e) {
    ResponseEntity.BodyBuilder response =
        ResponseEntity.status(ProblemDocuments.of(e).getStatus())
            .contentType(MediaType.APPLICATION_JSON);
    e.retryAfter().ifPresent(s -> response.header(HttpHeaders.RETRY_AFTER, Long.toString(s)));
    return response.body(new Failure(String.valueOf(ProblemDocuments.of(e).getDetail())));
  }
}
