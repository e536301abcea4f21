package org.resnetserving.rest;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.resnetserving.dataplane.ClassifyParameters;
import org.resnetserving.dataplane.Exchange;
import org.resnetserving.problem.FailureResponse;
import org.resnetserving.problem.ProblemDocuments;
import org.resnetserving.problem.ProblemException;
import org.resnetserving.serving.Input;
import org.resnetserving.upload.Upload;
import org.resnetserving.upload.UploadRequest;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.web.context.request.WebRequest;

/** TorchServe's words, for clients that ask for them in the query: {@code format=torchserve}. */
final class TorchServeForm {
  private static final String FORMAT = "format";

  private TorchServeForm() {}

  /**
   * A failure.
   *
   * @param code the status
   * @param type our problem type
   * @param message what happened, and what to do
   */
  record Failure(int code, String type, String message) {}

  static boolean isAskedFor(UploadRequest request) {
    return request.query().getOrDefault(FORMAT, List.of()).contains("torchserve");
  }

  /** Probabilities by label; of labels that are named alike, the more probable one is told. */
  static Map<String, Double> answer(UploadRequest request, Exchange exchange) throws IOException {
    exchange.requireLabels();
    try (Upload upload = request.readOfAnyType(exchange.model())) {
      Map<String, List<String>> given = new LinkedHashMap<>(upload.parameters());
      given.remove(FORMAT);
      ClassifyParameters parameters = exchange.parameters(given);
      Map<String, Double> answer = new LinkedHashMap<>();
      exchange
          .classification(
              exchange.infer(
                  upload.picture().<Input>as(Input.File::new, Input.Broken::new),
                  exchange.wanted(parameters),
                  upload.deadline()),
              parameters)
          .predictions()
          .forEach(one -> answer.putIfAbsent(one.label(), one.number()));
      return answer;
    }
  }

  static ResponseEntity<Failure> failure(ProblemException e, WebRequest request) {
    ProblemDetail problem = ProblemDocuments.of(e);
    return FailureResponse.begin(e, request)
        .contentType(MediaType.APPLICATION_JSON)
        .body(
            new Failure(problem.getStatus(), e.type().slug(), String.valueOf(problem.getDetail())));
  }
}
