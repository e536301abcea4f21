package org.resnetserving.rest;

import java.io.IOException;
import java.util.List;
import org.resnetserving.dataplane.Classification;
import org.resnetserving.dataplane.ClassifyParameters;
import org.resnetserving.dataplane.DataPlane;
import org.resnetserving.dataplane.EnsembleExchange;
import org.resnetserving.serving.Input;
import org.resnetserving.serving.Outcome;
import org.resnetserving.serving.ServedModel;
import org.resnetserving.upload.JsonShape;
import org.resnetserving.upload.Upload;
import org.resnetserving.upload.UploadRequest;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/** Pictures in, ranked labels of several models together out. */
@RestController
final class EnsembleController implements EnsembleApi {
  private final DataPlane plane;

  EnsembleController(DataPlane plane) {
    this.plane = plane;
  }

  @Override
  @PostMapping(path = "/v1/ensemble/classify", produces = MediaType.APPLICATION_JSON_VALUE)
  public ResponseEntity<EnsembleAnswer> classify(UploadRequest request) throws IOException {
    return plane.answerTogether(
        exchange -> {
          EnsembleAnswer answer = answer(request, exchange);
          return ResponseEntity.ok()
              .header("Server-Timing", exchange.clock().serverTiming())
              .body(answer);
        });
  }

  private EnsembleAnswer answer(UploadRequest request, EnsembleExchange exchange)
      throws IOException {
    try (Upload upload = request.read(plane.terms(), JsonShape.IMAGES, exchange::choose)) {
      ClassifyParameters parameters = exchange.parameters(upload.parameters());
      List<Outcome> outcomes =
          exchange.infer(
              upload.<Input>pictures(Input.File::new, Input.Broken::new),
              parameters,
              upload.deadline());
      List<String> models = exchange.ensemble().models().stream().map(ServedModel::name).toList();
      if (outcomes.size() > 1) {
        return new EnsembleAnswer.Several(
            models,
            outcomes.stream().map(outcome -> result(exchange, outcome, parameters)).toList());
      }
      Classification said = exchange.classification(outcomes.get(0).result(), parameters);
      return new EnsembleAnswer.One(models, said.predictions(), said.unsure(), said.rollup());
    }
  }

  private static ClassifyResults.Result result(
      EnsembleExchange exchange, Outcome outcome, ClassifyParameters parameters) {
    return outcome
        .problem()
        .map(ClassifyResults.Result::of)
        .orElseGet(
            () ->
                ClassifyResults.Result.of(
                    exchange.classification(outcome.result(), parameters), null, null));
  }
}
