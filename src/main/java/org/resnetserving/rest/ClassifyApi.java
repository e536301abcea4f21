package org.resnetserving.rest;

import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.enums.ParameterIn;
import io.swagger.v3.oas.annotations.headers.Header;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.ExampleObject;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.io.IOException;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.resnetserving.dataplane.ClassifyParameters;
import org.resnetserving.upload.UploadRequest;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.context.request.WebRequest;

/** The description of {@link ClassifyController} that clients are given as OpenAPI. */
@Tag(name = "classify", description = "A picture in, ranked labels out")
interface ClassifyApi {
  String EXAMPLE =
      """
      {"model": "resnet50-tiny-imagenet",
       "predictions": [
         {"label": "espresso", "index": 193, "wnid": "n07920052", "probability": 0.9757},
         {"label": "iPod", "index": 110, "wnid": "n03584254", "probability": 0.0027}],
       "unsure": false}
      """;

  /** What the three ways of asking have in common. */
  @TakesPictures
  @RanksLabels
  @Target(ElementType.METHOD)
  @Retention(RetentionPolicy.RUNTIME)
  @Parameter(
      name = ClassifyParameters.DETAILS,
      in = ParameterIn.QUERY,
      description = "Adds the weights' digest, the precision and the timings",
      schema = @Schema(type = "boolean", defaultValue = "false"))
  @Parameter(
      name = ClassifyParameters.EMBEDDING,
      in = ParameterIn.QUERY,
      description = "Adds the pooled features, of the same run of the network",
      schema = @Schema(type = "boolean", defaultValue = "false"))
  @Parameter(
      name = ClassifyParameters.NORMALIZE,
      in = ParameterIn.QUERY,
      description = "Divides the embedding by its length (L2)",
      schema = @Schema(type = "boolean", defaultValue = "false"))
  @ApiResponse(
      responseCode = "200",
      description = "Ranked labels",
      headers =
          @Header(
              name = "Server-Timing",
              description = "Milliseconds per stage: read, decode, queue, inference, total",
              schema = @Schema(type = "string")),
      content =
          @Content(
              mediaType = MediaType.APPLICATION_JSON_VALUE,
              schema = @Schema(implementation = ClassifyAnswer.class),
              examples = @ExampleObject(EXAMPLE)))
  @interface ClassifiesAPicture {}

  @Operation(summary = "Classify a picture with the default model", operationId = "classify")
  @ClassifiesAPicture
  ResponseEntity<ClassifyAnswer> classify(@Parameter(hidden = true) UploadRequest request)
      throws IOException;

  @Operation(summary = "Classify a picture", operationId = "classifyWithModel")
  @ClassifiesAPicture
  ResponseEntity<ClassifyAnswer> classify(
      @Parameter(description = "Name of a model", example = "resnet50-tiny-imagenet") String model,
      @Parameter(hidden = true) UploadRequest request)
      throws IOException;

  @Operation(
      summary = "Classify a picture, at the address that TorchServe and DJL Serving use",
      operationId = "predictions")
  @ClassifiesAPicture
  ResponseEntity<?> predictions(
      @Parameter(description = "Name of a model", example = "resnet50-tiny-imagenet") String model,
      @Parameter(hidden = true) UploadRequest request,
      @Parameter(hidden = true) WebRequest web)
      throws IOException;
}
