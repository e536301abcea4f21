package org.resnetserving.dialects;

import io.swagger.v3.oas.annotations.Hidden;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.resnetserving.dataplane.Classification;
import org.resnetserving.dataplane.DataPlane;
import org.resnetserving.dataplane.Exchange;
import org.resnetserving.dataplane.ExplainParameters;
import org.resnetserving.dataplane.ExplainResponse;
import org.resnetserving.dataplane.Explanation;
import org.resnetserving.problem.ProblemException;
import org.resnetserving.serving.Input;
import org.resnetserving.upload.JsonShape;
import org.resnetserving.upload.Upload;
import org.resnetserving.upload.UploadRequest;
import org.resnetserving.upload.UploadedPicture;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * Predictions as TensorFlow Serving, Vertex AI and KServe's v1 protocol give them, and the latter's
 * explanations.
 */
@RestController
@Hidden // These servers have their own descriptions.
final class PredictController {
  private final DataPlane plane;

  PredictController(DataPlane plane) {
    this.plane = plane;
  }

  /**
   * The answer to what is to be explained.
   *
   * @param predictions of each instance, the class that is explained
   * @param explanations of each instance, how much each part of the picture counts for that class
   */
  record Explanations(List<Classification> predictions, List<ExplainResponse> explanations) {}

  @PostMapping(path = "/v1/models/{model}:predict", produces = MediaType.APPLICATION_JSON_VALUE)
  Instances.Predictions predict(@PathVariable String model, UploadRequest request)
      throws IOException {
    return plane.answer(
        plane.model(model),
        exchange -> {
          exchange.requireLabels();
          try (Upload upload = request.read(exchange.model(), JsonShape.INSTANCES)) {
            return Instances.predict(upload, exchange);
          }
        });
  }

  @PostMapping(path = "/v1/models/{model}:explain", produces = MediaType.APPLICATION_JSON_VALUE)
  Explanations explain(@PathVariable String model, UploadRequest request) throws IOException {
    return plane.answer(
        plane.model(model),
        exchange -> {
          exchange.requireMaps();
          try (Upload upload = request.read(exchange.model(), JsonShape.INSTANCES)) {
            return explain(upload, exchange);
          }
        });
  }

  private static Explanations explain(Upload upload, Exchange exchange) {
    Map<String, List<String>> given = Instances.parameters(upload);
    Instances.refuse(
        given, List.of(ExplainParameters.OPACITY, ExplainParameters.COLORS), "/explain");
    ExplainParameters parameters = ExplainParameters.of(given, exchange.model().labels());
    List<Classification> predictions = new ArrayList<>();
    List<ExplainResponse> explanations = new ArrayList<>();
    for (UploadedPicture picture : upload.pictures()) {
      try {
        Explanation explanation =
            exchange.explain(new Input.File(picture.bytes()), parameters, upload.deadline());
        predictions.add(new Classification(List.of(explanation.prediction()), null, null));
        explanations.add(ExplainResponse.of(exchange.model().name(), explanation));
      } catch (ProblemException e) {
        throw Instances.at(explanations.size(), e);
      }
    }
    return new Explanations(predictions, explanations);
  }
}
