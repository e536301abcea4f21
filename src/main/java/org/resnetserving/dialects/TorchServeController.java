package org.resnetserving.dialects;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.swagger.v3.oas.annotations.Hidden;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.resnetserving.dataplane.ClassifyParameters;
import org.resnetserving.dataplane.DataPlane;
import org.resnetserving.dataplane.Exchange;
import org.resnetserving.problem.FailureResponse;
import org.resnetserving.problem.ProblemDocuments;
import org.resnetserving.problem.ProblemException;
import org.resnetserving.serving.Input;
import org.resnetserving.serving.ModelState;
import org.resnetserving.upload.Upload;
import org.resnetserving.upload.UploadRequest;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestMethod;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.context.request.WebRequest;

/**
 * What TorchServe's clients ask. {@code /predictions/{model}} answers as TorchServe does where the
 * query has {@code format=torchserve}; otherwise it answers in our own form.
 */
@RestController
@Hidden // These servers have their own descriptions.
final class TorchServeController {
  private static final String FORMAT = "format";

  private final DataPlane plane;

  TorchServeController(DataPlane plane) {
    this.plane = plane;
  }

  /**
   * Whether requests can be answered.
   *
   * @param status Healthy or Unhealthy
   */
  record Health(String status) {}

  /**
   * A model.
   *
   * @param modelName that requests call it by
   * @param modelUrl where its weights come from; here its name, for no path of ours is told
   */
  record Listed(
      @JsonProperty("modelName") String modelName, @JsonProperty("modelUrl") String modelUrl) {}

  /**
   * All models.
   *
   * @param models the default one first
   */
  record Listing(List<Listed> models) {}

  /**
   * A failure in TorchServe's words.
   *
   * @param code the status
   * @param type our problem type
   * @param message what happened, and what to do
   */
  record Failure(int code, String type, String message) {}

  @GetMapping("/ping")
  ResponseEntity<Health> ping() {
    boolean ready = plane.defaultModel().status().state() == ModelState.READY;
    return ResponseEntity.status(ready ? 200 : 503)
        .body(new Health(ready ? "Healthy" : "Unhealthy"));
  }

  @GetMapping("/models")
  Listing models() {
    return new Listing(
        plane.models().stream().map(model -> new Listed(model.name(), model.name())).toList());
  }

  @RequestMapping(
      path = "/predictions/{model}",
      params = FORMAT + "=torchserve",
      method = {RequestMethod.POST, RequestMethod.PUT},
      produces = MediaType.APPLICATION_JSON_VALUE)
  Map<String, Double> predictions(@PathVariable String model, UploadRequest request)
      throws IOException {
    return plane.answer(plane.model(model), exchange -> answer(request, exchange));
  }

  /** Of labels that are named alike, the more probable one is told. */
  private static Map<String, Double> answer(UploadRequest request, Exchange exchange)
      throws IOException {
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

  @ExceptionHandler
  ResponseEntity<Failure> failure(ProblemException e, WebRequest request) {
    ProblemDetail problem = ProblemDocuments.of(e);
    return FailureResponse.begin(e, request)
        .contentType(MediaType.APPLICATION_JSON)
        .body(
            new Failure(problem.getStatus(), e.type().slug(), String.valueOf(problem.getDetail())));
  }
}
