package org.resnetserving.rest;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.resnetserving.dataplane.DataPlane;
import org.resnetserving.dataplane.Exchange;
import org.resnetserving.dataplane.ParameterReader;
import org.resnetserving.problem.FailureResponse;
import org.resnetserving.problem.ProblemDocuments;
import org.resnetserving.problem.ProblemException;
import org.resnetserving.problem.ProblemType;
import org.resnetserving.rest.OpenAiEmbeddings.Embedding;
import org.resnetserving.rest.OpenAiEmbeddings.Usage;
import org.resnetserving.serving.Input;
import org.resnetserving.serving.Outcome;
import org.resnetserving.serving.ServedModel;
import org.resnetserving.serving.Wanted;
import org.resnetserving.upload.JsonShape;
import org.resnetserving.upload.Upload;
import org.resnetserving.upload.UploadRequest;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.context.request.WebRequest;

/** Embeddings as OpenAI's clients ask for them. Vectors have length 1, as OpenAI's have. */
@RestController
final class OpenAiController implements OpenAiApi {
  private static final String MODEL = "model";
  private static final String ENCODING_FORMAT = "encoding_format";
  private static final String DIMENSIONS = "dimensions";
  private static final List<String> NAMES = List.of(MODEL, ENCODING_FORMAT, DIMENSIONS, "user");

  private final DataPlane plane;

  OpenAiController(DataPlane plane) {
    this.plane = plane;
  }

  @Override
  @PostMapping(path = "/v1/embeddings", produces = MediaType.APPLICATION_JSON_VALUE)
  public OpenAiEmbeddings embeddings(UploadRequest request) throws IOException {
    return plane.answer(
        plane.defaultModel(),
        exchange -> {
          try (Upload upload =
              request.read(
                  plane.terms(),
                  JsonShape.OPENAI_INPUT,
                  parameters -> {
                    exchange.turnTo(model(parameters));
                    return exchange.model();
                  })) {
            return answer(exchange, upload);
          }
        });
  }

  private ServedModel model(Map<String, List<String>> parameters) {
    return ParameterReader.of(parameters, NAMES)
        .text(MODEL)
        .map(plane::model)
        .orElseThrow(() -> ParameterReader.invalid(MODEL, "the name of a model", ""));
  }

  private static OpenAiEmbeddings answer(Exchange exchange, Upload upload) {
    ParameterReader parameters = ParameterReader.of(upload.parameters(), NAMES);
    String format = parameters.text(ENCODING_FORMAT).orElse("float");
    if (!format.equals("float") && !format.equals("base64")) {
      throw ParameterReader.invalid(ENCODING_FORMAT, "float or base64", format);
    }
    List<Outcome> outcomes =
        exchange.infer(
            upload.<Input>pictures(Input.File::new, Input.Broken::new),
            Wanted.FEATURES,
            upload.deadline());
    List<Embedding> embeddings = new ArrayList<>();
    for (Outcome outcome : outcomes) {
      float[] embedding = exchange.embedding(outcome.result(), true);
      requireDimensions(parameters, embedding.length);
      embeddings.add(
          new Embedding(
              "embedding",
              embeddings.size(),
              format.equals("float") ? embedding : base64(embedding)));
    }
    return new OpenAiEmbeddings("list", embeddings, exchange.model().name(), new Usage(0, 0));
  }

  private static void requireDimensions(ParameterReader parameters, int all) {
    parameters
        .text(DIMENSIONS)
        .filter(dimensions -> !dimensions.equals(Integer.toString(all)))
        .ifPresent(
            dimensions -> {
              throw ParameterReader.invalid(
                  DIMENSIONS,
                  "%d, as many as the network has: its embeddings cannot be cut".formatted(all),
                  dimensions);
            });
  }

  /** Little-endian float32, as OpenAI's clients read it. */
  private static String base64(float[] embedding) {
    ByteBuffer bytes =
        ByteBuffer.allocate(embedding.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(embedding);
    return Base64.getEncoder().encodeToString(bytes.array());
  }

  /** OpenAI's clients read {@code error.message}. */
  @ExceptionHandler
  ResponseEntity<OpenAiError> error(ProblemException e, WebRequest request) {
    ProblemDetail problem = ProblemDocuments.of(e);
    return FailureResponse.begin(e, request)
        .contentType(MediaType.APPLICATION_JSON)
        .body(
            new OpenAiError(
                new OpenAiError.Failure(
                    String.valueOf(problem.getDetail()),
                    problem.getStatus() < 500 ? "invalid_request_error" : "server_error",
                    e.type() == ProblemType.PARAMETER_INVALID
                        ? String.valueOf(e.properties().get("parameter"))
                        : null,
                    e.type().slug().replace('-', '_'))));
  }
}
