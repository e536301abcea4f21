package org.resnetserving.rest;

import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.resnetserving.dataplane.AnswerDetails;
import org.resnetserving.dataplane.DataPlane;
import org.resnetserving.dataplane.EmbedParameters;
import org.resnetserving.dataplane.Exchange;
import org.resnetserving.problem.ProblemDocuments;
import org.resnetserving.serving.Input;
import org.resnetserving.serving.Outcome;
import org.resnetserving.serving.ServedModel;
import org.resnetserving.serving.Wanted;
import org.resnetserving.upload.Upload;
import org.resnetserving.upload.UploadRequest;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/** Pictures in, pooled features out. */
@RestController
final class EmbedController implements EmbedApi {
  private final DataPlane plane;

  EmbedController(DataPlane plane) {
    this.plane = plane;
  }

  @Override
  @PostMapping(path = "/v1/embed", produces = MediaType.APPLICATION_JSON_VALUE)
  public ResponseEntity<EmbedAnswer> embed(UploadRequest request) throws IOException {
    return answer(request, plane.defaultModel());
  }

  @Override
  @PostMapping(path = "/v1/models/{model}/embed", produces = MediaType.APPLICATION_JSON_VALUE)
  public ResponseEntity<EmbedAnswer> embed(@PathVariable String model, UploadRequest request)
      throws IOException {
    return answer(request, plane.model(model));
  }

  private ResponseEntity<EmbedAnswer> answer(UploadRequest request, ServedModel model)
      throws IOException {
    return plane.answer(
        model,
        exchange -> {
          EmbedAnswer answer = embed(request, exchange);
          return ResponseEntity.ok()
              .header("Server-Timing", exchange.clock().serverTiming())
              .body(answer);
        });
  }

  private static EmbedAnswer embed(UploadRequest request, Exchange exchange) throws IOException {
    try (Upload upload = request.read(exchange.model())) {
      EmbedParameters parameters = EmbedParameters.of(upload.parameters());
      List<Outcome> outcomes =
          exchange.infer(
              upload.<Input>pictures(Input.File::new, Input.Broken::new),
              Wanted.FEATURES,
              upload.deadline());
      String model = exchange.model().name();
      @Nullable AnswerDetails details = parameters.details() ? exchange.details(outcomes) : null;
      return outcomes.size() > 1
          ? new EmbedAnswer.Several(
              model,
              outcomes.stream()
                  .map(outcome -> result(exchange, outcome, parameters.normalize()))
                  .toList(),
              details)
          : new EmbedAnswer.One(
              model, exchange.embedding(outcomes.get(0).result(), parameters.normalize()), details);
    }
  }

  private static EmbedAnswer.Result result(Exchange exchange, Outcome outcome, boolean normalize) {
    return outcome
        .problem()
        .map(problem -> new EmbedAnswer.Result(null, ProblemDocuments.of(problem)))
        .orElseGet(
            () -> new EmbedAnswer.Result(exchange.embedding(outcome.result(), normalize), null));
  }
}
