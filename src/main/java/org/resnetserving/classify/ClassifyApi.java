package org.resnetserving.classify;

import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.enums.ParameterIn;
import io.swagger.v3.oas.annotations.headers.Header;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.ExampleObject;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.parameters.RequestBody;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.io.IOException;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.resnetserving.dataplane.ClassifyParameters;
import org.resnetserving.upload.RequestTimeout;
import org.resnetserving.upload.UploadRequest;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;

/** The description of {@link ClassifyController} that clients are given as OpenAPI. */
@Tag(name = "classify", description = "A picture in, ranked labels out")
interface ClassifyApi {
  String EXAMPLE =
      """
      {"model": "resnet50-tiny-imagenet",
       "predictions": [
         {"label": "espresso", "index": 193, "wnid": "n07920052", "probability": 0.9757},
         {"label": "iPod", "index": 110, "wnid": "n03584254", "probability": 0.0027}]}
      """;

  /** What the three ways of asking have in common. */
  @Target(ElementType.METHOD)
  @Retention(RetentionPolicy.RUNTIME)
  @Parameter(
      name = ClassifyParameters.TOP_K,
      in = ParameterIn.QUERY,
      description = "How many predictions: 1 to the number of classes, or `all`",
      schema = @Schema(type = "string", defaultValue = "5", pattern = "[1-9][0-9]*|all"))
  @Parameter(
      name = ClassifyParameters.MIN_PROBABILITY,
      in = ParameterIn.QUERY,
      description = "Leaves out predictions that are less probable",
      schema = @Schema(type = "number", defaultValue = "0", minimum = "0", maximum = "1"))
  @Parameter(
      name = ClassifyParameters.DETAILS,
      in = ParameterIn.QUERY,
      description = "Adds the weights' digest, the precision and the timings",
      schema = @Schema(type = "boolean", defaultValue = "false"))
  @Parameter(
      name = RequestTimeout.HEADER,
      in = ParameterIn.HEADER,
      description = "Seconds, decimal, that the client will wait; capped by the service",
      schema = @Schema(type = "number", exclusiveMinimumValue = 0))
  @RequestBody(
      required = true,
      description =
          "The picture: JPEG, PNG, GIF (first frame), BMP, WebP or TIFF, told by its content",
      content = {
        @Content(
            mediaType = MediaType.MULTIPART_FORM_DATA_VALUE,
            schema = @Schema(implementation = PictureForm.class)),
        @Content(
            mediaType = "image/*",
            schema = @Schema(type = "string", contentMediaType = "image/*")),
        @Content(
            mediaType = MediaType.APPLICATION_OCTET_STREAM_VALUE,
            schema =
                @Schema(
                    type = "string",
                    contentMediaType = MediaType.APPLICATION_OCTET_STREAM_VALUE))
      })
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
  @ApiResponse(
      responseCode = "400",
      description = "`image-missing` or `parameter-invalid`",
      content =
          @Content(
              mediaType = MediaType.APPLICATION_PROBLEM_JSON_VALUE,
              schema = @Schema(implementation = ProblemDetail.class)))
  @ApiResponse(
      responseCode = "404",
      description = "`model-unknown`: names those that exist",
      content =
          @Content(
              mediaType = MediaType.APPLICATION_PROBLEM_JSON_VALUE,
              schema = @Schema(implementation = ProblemDetail.class)))
  @ApiResponse(
      responseCode = "413",
      description = "`image-too-large` (bytes), `image-too-many-pixels` or `image-too-complex`",
      content =
          @Content(
              mediaType = MediaType.APPLICATION_PROBLEM_JSON_VALUE,
              schema = @Schema(implementation = ProblemDetail.class)))
  @ApiResponse(
      responseCode = "415",
      description = "`image-unsupported`",
      content =
          @Content(
              mediaType = MediaType.APPLICATION_PROBLEM_JSON_VALUE,
              schema = @Schema(implementation = ProblemDetail.class)))
  @ApiResponse(
      responseCode = "422",
      description = "`image-truncated`, `image-corrupt` or `image-zero-sized`",
      content =
          @Content(
              mediaType = MediaType.APPLICATION_PROBLEM_JSON_VALUE,
              schema = @Schema(implementation = ProblemDetail.class)))
  @ApiResponse(
      responseCode = "429",
      description = "`overloaded`: as much work as allowed is under way",
      headers =
          @Header(
              name = "Retry-After",
              description = "Seconds until there should be room",
              schema = @Schema(type = "integer")),
      content =
          @Content(
              mediaType = MediaType.APPLICATION_PROBLEM_JSON_VALUE,
              schema = @Schema(implementation = ProblemDetail.class)))
  @ApiResponse(
      responseCode = "503",
      description = "`model-not-ready` or `shutting-down`",
      content =
          @Content(
              mediaType = MediaType.APPLICATION_PROBLEM_JSON_VALUE,
              schema = @Schema(implementation = ProblemDetail.class)))
  @ApiResponse(
      responseCode = "504",
      description = "`deadline-exceeded`: with the time spent per stage",
      content =
          @Content(
              mediaType = MediaType.APPLICATION_PROBLEM_JSON_VALUE,
              schema = @Schema(implementation = ProblemDetail.class)))
  @interface ClassifiesAPicture {}

  /**
   * A form with a picture.
   *
   * @param image the file
   */
  record PictureForm(@Schema(type = "string", contentMediaType = "image/*") String image) {}

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
  ResponseEntity<ClassifyAnswer> predictions(
      @Parameter(description = "Name of a model", example = "resnet50-tiny-imagenet") String model,
      @Parameter(hidden = true) UploadRequest request)
      throws IOException;
}
