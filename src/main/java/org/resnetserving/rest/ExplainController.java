package org.resnetserving.rest;

import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.resnetserving.dataplane.DataPlane;
import org.resnetserving.dataplane.Exchange;
import org.resnetserving.dataplane.ExplainParameters;
import org.resnetserving.dataplane.ExplainResponse;
import org.resnetserving.dataplane.Explanation;
import org.resnetserving.serving.Drawing;
import org.resnetserving.serving.Input;
import org.resnetserving.serving.ServedModel;
import org.resnetserving.upload.Upload;
import org.resnetserving.upload.UploadRequest;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.util.MimeTypeUtils;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.context.request.RequestAttributes;
import org.springframework.web.context.request.RequestContextHolder;

/** A picture in; out comes which parts of it count for a class. */
@RestController
final class ExplainController implements ExplainApi {
  private final DataPlane plane;

  ExplainController(DataPlane plane) {
    this.plane = plane;
  }

  @Override
  @PostMapping(
      path = "/v1/explain",
      produces = {MediaType.APPLICATION_JSON_VALUE, MediaType.IMAGE_PNG_VALUE})
  public ResponseEntity<?> explain(
      UploadRequest request,
      @RequestHeader(name = HttpHeaders.ACCEPT, required = false) @Nullable String accept)
      throws IOException {
    return answer(request, plane.defaultModel(), isPng(accept));
  }

  @Override
  @PostMapping(
      path = "/v1/models/{model}/explain",
      produces = {MediaType.APPLICATION_JSON_VALUE, MediaType.IMAGE_PNG_VALUE})
  public ResponseEntity<?> explain(
      @PathVariable String model,
      UploadRequest request,
      @RequestHeader(name = HttpHeaders.ACCEPT, required = false) @Nullable String accept)
      throws IOException {
    return answer(request, plane.model(model), isPng(accept));
  }

  /** Whether a PNG is preferred to JSON; what allows both alike gets JSON. */
  static boolean isPng(@Nullable String accept) {
    if (accept == null) {
      return false;
    }
    List<MediaType> types = MediaType.parseMediaTypes(accept);
    MimeTypeUtils.sortBySpecificity(types);
    for (MediaType type : types) {
      if (type.includes(MediaType.APPLICATION_JSON)) {
        return false;
      }
      if (type.includes(MediaType.IMAGE_PNG)) {
        return true;
      }
    }
    return false;
  }

  private ResponseEntity<?> answer(UploadRequest request, ServedModel model, boolean png)
      throws IOException {
    return plane.answer(model, exchange -> explain(request, exchange, png));
  }

  private static ResponseEntity<?> explain(UploadRequest request, Exchange exchange, boolean png)
      throws IOException {
    exchange.requireMaps();
    ServedModel model = exchange.model();
    try (Upload upload = request.read(model)) {
      ExplainParameters parameters = ExplainParameters.of(upload.parameters(), model.labels());
      Input.File picture = new Input.File(upload.picture().bytes());
      Explanation explanation = exchange.explain(picture, parameters, upload.deadline());
      Object body =
          png
              ? kept(exchange.draw(picture, explanation, parameters, upload.deadline()))
              : ExplainResponse.of(model.name(), explanation);
      return ResponseEntity.ok()
          .header("Server-Timing", exchange.clock().serverTiming())
          .contentType(png ? MediaType.IMAGE_PNG : MediaType.APPLICATION_JSON)
          .body(body);
    }
  }

  /** The file, whose memory counts as taken until the answer is sent. */
  private static byte[] kept(Drawing drawing) {
    RequestContextHolder.currentRequestAttributes()
        .registerDestructionCallback(
            Drawing.class.getName(), drawing::close, RequestAttributes.SCOPE_REQUEST);
    return drawing.png();
  }
}
