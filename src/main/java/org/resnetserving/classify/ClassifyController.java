package org.resnetserving.classify;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.resnetserving.admission.Ticker;
import org.resnetserving.catalog.Catalog;
import org.resnetserving.classify.ClassifyResponse.Details;
import org.resnetserving.classify.ClassifyResponse.Prediction;
import org.resnetserving.network.Activation;
import org.resnetserving.problem.ProblemException;
import org.resnetserving.problem.ProblemType;
import org.resnetserving.programs.ProgramSummary;
import org.resnetserving.serving.PictureResult;
import org.resnetserving.serving.Ranking;
import org.resnetserving.serving.ServedModel;
import org.resnetserving.serving.Stage;
import org.resnetserving.serving.StageClock;
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

/** A picture in, ranked labels out. */
@RestController
final class ClassifyController implements ClassifyApi {
  private final Catalog catalog;
  private final ClassifyMetrics metrics;
  private final ClassifySpans spans;
  private final Ticker ticker;

  ClassifyController(Catalog catalog, ClassifyMetrics metrics, ClassifySpans spans, Ticker ticker) {
    this.catalog = catalog;
    this.metrics = metrics;
    this.spans = spans;
    this.ticker = ticker;
  }

  @Override
  @PostMapping(path = "/v1/classify", produces = MediaType.APPLICATION_JSON_VALUE)
  public ResponseEntity<ClassifyResponse> classify(UploadRequest request) throws IOException {
    return answer(request, catalog.defaultModel(), false);
  }

  @Override
  @PostMapping(path = "/v1/models/{model}/classify", produces = MediaType.APPLICATION_JSON_VALUE)
  public ResponseEntity<ClassifyResponse> classify(
      @PathVariable String model, UploadRequest request) throws IOException {
    return answer(request, known(model), false);
  }

  /** curl -T sends PUT, which TorchServe takes as well. */
  @Override
  @RequestMapping(
      path = "/predictions/{model}",
      method = {RequestMethod.POST, RequestMethod.PUT},
      produces = MediaType.APPLICATION_JSON_VALUE)
  public ResponseEntity<ClassifyResponse> predictions(
      @PathVariable String model, UploadRequest request) throws IOException {
    return answer(request, known(model), true);
  }

  private ServedModel known(String name) {
    try {
      return catalog.model(name);
    } catch (ProblemException e) {
      metrics.unknown();
      throw e;
    }
  }

  private ResponseEntity<ClassifyResponse> answer(
      UploadRequest request, ServedModel model, boolean anyType) throws IOException {
    StageClock clock = new StageClock(ticker);
    @Nullable ProblemType problem = ProblemType.INTERNAL_ERROR;
    try {
      ClassifyResponse response = classify(request, model, anyType, clock);
      problem = null;
      return ResponseEntity.ok().header("Server-Timing", serverTiming(clock)).body(response);
    } catch (ProblemException e) {
      problem = e.type();
      throw explained(e, model, clock);
    } finally {
      metrics.finished(model.name(), problem, clock);
      spans.finished(model.name(), problem, clock);
    }
  }

  private static ProblemException explained(
      ProblemException e, ServedModel model, StageClock clock) {
    return switch (e.type()) {
      case DEADLINE_EXCEEDED -> e.with("stages_ms", clock.millis());
      case OVERLOADED -> e.retryAfter(model.retryAfter());
      default -> e;
    };
  }

  private ClassifyResponse classify(
      UploadRequest request, ServedModel model, boolean anyType, StageClock clock)
      throws IOException {
    try (Upload upload = anyType ? request.readOfAnyType(model) : request.read(model)) {
      UploadedPicture picture = upload.picture();
      Parameters parameters = Parameters.of(upload.parameters(), model.labels().size());
      PictureResult result = model.infer(picture.bytes(), upload.deadline(), clock);
      spans.inferred(model.program(), result.batchSize());
      Activation activation = model.activation();
      List<Prediction> predictions =
          Ranking.top(
                  result.inference().logits(),
                  activation,
                  parameters.topK(),
                  parameters.minProbability())
              .stream()
              .map(
                  ranked ->
                      Prediction.of(
                          model.labels().get(ranked.index()), ranked.probability(), activation))
              .toList();
      return new ClassifyResponse(
          model.name(), predictions, parameters.details() ? details(model, result, clock) : null);
    }
  }

  private static @Nullable Details details(
      ServedModel model, PictureResult result, StageClock clock) {
    ProgramSummary program = model.program();
    return program == null
        ? null
        : new Details(
            program.weightsSha256(),
            program.precision(),
            result.batchSize(),
            clock.millis(),
            StageClock.millis(clock.total()),
            result.warning());
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
