package org.resnetserving.openinference;

import io.swagger.v3.oas.annotations.Hidden;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.resnetserving.dataplane.DataPlane;
import org.resnetserving.dataplane.Exchange;
import org.resnetserving.problem.ProblemException;
import org.resnetserving.problem.ProblemType;
import org.resnetserving.serving.ServedModel;
import org.resnetserving.upload.UploadProperties;
import org.resnetserving.upload.UploadRequest;
import org.resnetserving.upload.UploadedBody;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** Inference by the Open Inference Protocol over REST. */
@Hidden // The protocol has its own description.
@RestController
final class OpenInferenceController {
  private final DataPlane plane;
  private final int maxPictures;

  OpenInferenceController(DataPlane plane, UploadProperties uploads) {
    this.plane = plane;
    this.maxPictures = uploads.image().maxCount();
  }

  /** Clients send no content type, or any: the body is what its own header says. */
  @PostMapping({"/v2/models/{model}/infer", "/v2/models/{model}/versions/{version}/infer"})
  ResponseEntity<byte[]> infer(
      @PathVariable String model,
      @PathVariable(required = false) @Nullable String version,
      @RequestHeader(name = RestRequest.JSON_LENGTH, required = false) @Nullable String jsonLength,
      @RequestHeader(name = HttpHeaders.ACCEPT_ENCODING, required = false)
          @Nullable List<String> accepted,
      UploadRequest upload)
      throws IOException {
    ServedModel served = ModelVersion.of(plane, model, version);
    return plane.answer(
        served,
        exchange -> {
          RestResponse answer = answer(exchange, upload, jsonLength);
          AnswerCoding coding = AnswerCoding.of(accepted);
          ResponseEntity.BodyBuilder response =
              ResponseEntity.ok().header("Server-Timing", exchange.clock().serverTiming());
          coding.describe(response);
          if (answer.isBinary()) {
            response
                .contentType(MediaType.APPLICATION_OCTET_STREAM)
                .header(RestRequest.JSON_LENGTH, Integer.toString(answer.jsonLength()));
          } else {
            response.contentType(MediaType.APPLICATION_JSON);
          }
          return response.body(coding.apply(answer.bytes()));
        });
  }

  private RestResponse answer(Exchange exchange, UploadRequest upload, @Nullable String jsonLength)
      throws IOException {
    Inferences inferences = new Inferences(exchange.model(), maxPictures);
    try (UploadedBody body = upload.readBody(exchange.model())) {
      Bounds bounds = new Bounds(inferences.maxElements(), body::claim);
      InferRequest request = RestRequest.read(body.bytes(), jsonLength, Inferences.INPUT, bounds);
      return RestResponse.of(
          inferences.answer(exchange, request, body.deadline(), bounds), request);
    }
  }

  /** What there is not, in the protocol's words. */
  @SuppressWarnings("DoNotCallSuggester") // Spring calls it.
  @RequestMapping("/v2/**")
  void nothing() {
    throw new ProblemException(
        ProblemType.PATH_UNKNOWN,
        "There is nothing at this path for this method. GET /v2/models names the models; POST /v2/models/{model}/infer asks one.");
  }
}
