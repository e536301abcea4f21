package org.resnetserving.dialects;

import io.swagger.v3.oas.annotations.Hidden;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.resnetserving.dataplane.DataPlane;
import org.resnetserving.serving.ServedModel;
import org.resnetserving.upload.JsonShape;
import org.resnetserving.upload.Upload;
import org.resnetserving.upload.UploadRequest;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RestController;

/**
 * What Amazon SageMaker asks of a container beside {@code GET /ping}: a picture of whatever content
 * type, or instances in JSON.
 */
@RestController
@Hidden // SageMaker has its own description.
final class SageMakerController {
  /** What InvokeEndpoint's {@code TargetModel} becomes. */
  private static final String TARGET_MODEL = "X-Amzn-SageMaker-Target-Model";

  /** Models of SageMaker are archives, and named as such. */
  private static final String ARCHIVE = ".tar.gz";

  private final DataPlane plane;

  SageMakerController(DataPlane plane) {
    this.plane = plane;
  }

  @PostMapping(path = "/invocations", produces = MediaType.APPLICATION_JSON_VALUE)
  Instances.Predictions invocations(
      UploadRequest request,
      @RequestHeader(name = TARGET_MODEL, required = false) @Nullable String target)
      throws IOException {
    return plane.answer(
        model(target),
        exchange -> {
          exchange.requireLabels();
          try (Upload upload = request.readOfAnyType(exchange.model(), JsonShape.INSTANCES)) {
            return Instances.predict(upload, exchange);
          }
        });
  }

  private ServedModel model(@Nullable String target) {
    if (target == null || target.isBlank()) {
      return plane.defaultModel();
    }
    return plane.model(
        target.endsWith(ARCHIVE)
            ? target.substring(0, target.length() - ARCHIVE.length())
            : target);
  }
}
