package org.resnetserving.rest;

import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.resnetserving.dataplane.AnswerDetails;
import org.resnetserving.dataplane.Classification;
import org.resnetserving.dataplane.ClassifyParameters;
import org.resnetserving.dataplane.DataPlane;
import org.resnetserving.dataplane.Exchange;
import org.resnetserving.problem.ProblemException;
import org.resnetserving.serving.Input;
import org.resnetserving.serving.Outcome;
import org.resnetserving.serving.PictureResult;
import org.resnetserving.serving.ServedModel;
import org.resnetserving.upload.Upload;
import org.resnetserving.upload.UploadRequest;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestMethod;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.context.request.WebRequest;

/** Pictures in, ranked labels out. */
@RestController
final class ClassifyController implements ClassifyApi {
  private final DataPlane plane;

  ClassifyController(DataPlane plane) {
    this.plane = plane;
  }

  @Override
  @PostMapping(path = "/v1/classify", produces = MediaType.APPLICATION_JSON_VALUE)
  public ResponseEntity<ClassifyAnswer> classify(UploadRequest request) throws IOException {
    return answer(request, plane.defaultModel(), false);
  }

  @Override
  @PostMapping(path = "/v1/models/{model}/classify", produces = MediaType.APPLICATION_JSON_VALUE)
  public ResponseEntity<ClassifyAnswer> classify(@PathVariable String model, UploadRequest request)
      throws IOException {
    return answer(request, plane.model(model), false);
  }

  /** curl -T sends PUT, which TorchServe takes as well. */
  @Override
  @RequestMapping(
      path = "/predictions/{model}",
      method = {RequestMethod.POST, RequestMethod.PUT},
      produces = MediaType.APPLICATION_JSON_VALUE)
  public ResponseEntity<?> predictions(
      @PathVariable String model, UploadRequest request, WebRequest web) throws IOException {
    if (!TorchServeForm.isAskedFor(request)) {
      return answer(request, plane.model(model), true);
    }
    try {
      return plane.answer(
          plane.model(model),
          exchange -> ResponseEntity.ok(TorchServeForm.answer(request, exchange)));
    } catch (ProblemException e) {
      return TorchServeForm.failure(e, web);
    }
  }

  private ResponseEntity<ClassifyAnswer> answer(
      UploadRequest request, ServedModel model, boolean anyType) throws IOException {
    return plane.answer(
        model,
        exchange -> {
          ClassifyAnswer answer = classify(request, anyType, exchange);
          return ResponseEntity.ok()
              .header("Server-Timing", exchange.clock().serverTiming())
              .body(answer);
        });
  }

  private static ClassifyAnswer classify(UploadRequest request, boolean anyType, Exchange exchange)
      throws IOException {
    exchange.requireLabels();
    ServedModel model = exchange.model();
    try (Upload upload = anyType ? request.readOfAnyType(model) : request.read(model)) {
      ClassifyParameters parameters = exchange.parameters(upload.parameters());
      List<Outcome> outcomes =
          exchange.infer(
              upload.<Input>pictures(Input.File::new, Input.Broken::new),
              exchange.wanted(parameters),
              upload.deadline());
      return new Answers(exchange, parameters).to(outcomes);
    }
  }

  /** What one request is answered. */
  private record Answers(Exchange exchange, ClassifyParameters parameters) {
    ClassifyAnswer to(List<Outcome> outcomes) {
      String model = exchange.model().name();
      if (outcomes.size() > 1) {
        return new ClassifyResults(
            model, outcomes.stream().map(this::result).toList(), details(outcomes));
      }
      PictureResult result = outcomes.get(0).result();
      Classification said = exchange.classification(result, parameters);
      return new ClassifyResponse(
          model,
          said.predictions(),
          said.unsure(),
          said.rollup(),
          embedding(result),
          details(outcomes));
    }

    private ClassifyResults.Result result(Outcome outcome) {
      return outcome
          .problem()
          .map(ClassifyResults.Result::of)
          .orElseGet(() -> of(outcome.result()));
    }

    private ClassifyResults.Result of(PictureResult result) {
      return ClassifyResults.Result.of(
          exchange.classification(result, parameters),
          embedding(result),
          parameters.details() ? result.warning() : null);
    }

    private float @Nullable [] embedding(PictureResult result) {
      return parameters.embedding() ? exchange.embedding(result, parameters.normalize()) : null;
    }

    private @Nullable AnswerDetails details(List<Outcome> outcomes) {
      return parameters.details() ? exchange.details(outcomes) : null;
    }
  }
}
