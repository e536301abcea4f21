package org.resnetserving.classify;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.resnetserving.classify.ClassifyResponse.Details;
import org.resnetserving.classify.ClassifyResponse.RankedLabel;
import org.resnetserving.dataplane.ClassifyParameters;
import org.resnetserving.dataplane.DataPlane;
import org.resnetserving.dataplane.Exchange;
import org.resnetserving.problem.ProblemDocuments;
import org.resnetserving.programs.ProgramSummary;
import org.resnetserving.serving.Input;
import org.resnetserving.serving.Outcome;
import org.resnetserving.serving.PictureResult;
import org.resnetserving.serving.ServedModel;
import org.resnetserving.serving.Stage;
import org.resnetserving.serving.StageClock;
import org.resnetserving.serving.Wanted;
import org.resnetserving.upload.Upload;
import org.resnetserving.upload.UploadRequest;
import org.resnetserving.upload.UploadedPicture;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestMethod;
import org.springframework.web.bind.annotation.RestController;

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
  public ResponseEntity<ClassifyAnswer> predictions(
      @PathVariable String model, UploadRequest request) throws IOException {
    return answer(request, plane.model(model), true);
  }

  private ResponseEntity<ClassifyAnswer> answer(
      UploadRequest request, ServedModel model, boolean anyType) throws IOException {
    return plane.answer(
        model,
        exchange -> {
          ClassifyAnswer answer = classify(request, anyType, exchange);
          return ResponseEntity.ok()
              .header("Server-Timing", serverTiming(exchange.clock()))
              .body(answer);
        });
  }

  private static ClassifyAnswer classify(UploadRequest request, boolean anyType, Exchange exchange)
      throws IOException {
    ServedModel model = exchange.model();
    try (Upload upload = anyType ? request.readOfAnyType(model) : request.read(model)) {
      ClassifyParameters parameters =
          ClassifyParameters.of(upload.parameters(), model.labels().size());
      List<Outcome> outcomes =
          exchange.infer(
              upload.pictures().stream().map(ClassifyController::input).toList(),
              Wanted.LOGITS,
              upload.deadline());
      if (outcomes.size() == 1) {
        PictureResult result = outcomes.get(0).result();
        return new ClassifyResponse(
            model.name(),
            ranked(exchange, result, parameters),
            parameters.details() ? details(exchange, List.of(result)) : null);
      }
      return new ClassifyResults(
          model.name(),
          outcomes.stream().map(outcome -> result(exchange, outcome, parameters)).toList(),
          parameters.details()
              ? details(
                  exchange,
                  outcomes.stream()
                      .filter(outcome -> outcome.problem().isEmpty())
                      .map(Outcome::result)
                      .toList())
              : null);
    }
  }

  private static Input input(UploadedPicture picture) {
    return new Input.File(picture.bytes());
  }

  private static ClassifyResults.Result result(
      Exchange exchange, Outcome outcome, ClassifyParameters parameters) {
    return outcome
        .problem()
        .map(problem -> new ClassifyResults.Result(null, ProblemDocuments.of(problem), null))
        .orElseGet(
            () ->
                new ClassifyResults.Result(
                    ranked(exchange, outcome.result(), parameters),
                    null,
                    parameters.details() ? outcome.result().warning() : null));
  }

  private static List<RankedLabel> ranked(
      Exchange exchange, PictureResult result, ClassifyParameters parameters) {
    return exchange.rank(result, parameters).stream()
        .map(prediction -> RankedLabel.of(prediction, exchange.model().activation()))
        .toList();
  }

  /** Null where the model's program is not ours, so that nothing is known of it. */
  private static @Nullable Details details(Exchange exchange, List<PictureResult> results) {
    ProgramSummary program = exchange.model().program();
    return program == null
        ? null
        : new Details(
            program.weightsSha256(),
            program.precision(),
            results.stream().mapToInt(PictureResult::batchSize).max().orElse(0),
            exchange.clock().millis(),
            StageClock.millis(exchange.clock().total()),
            results.size() == 1 ? results.get(0).warning() : null);
  }

  private static String serverTiming(StageClock clock) {
    Map<Stage, Duration> stages = clock.stages();
    return stages.entrySet().stream()
            .map(stage -> stage.getKey().label() + ";dur=" + StageClock.millis(stage.getValue()))
            .collect(Collectors.joining(", "))
        + ", total;dur="
        + StageClock.millis(clock.total());
  }
}
