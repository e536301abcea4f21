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
import org.jspecify.annotations.Nullable;
import org.resnetserving.dataplane.ExplainParameters;
import org.resnetserving.dataplane.ExplainResponse;
import org.resnetserving.upload.UploadRequest;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;

/** The description of {@link ExplainController} that clients are given as OpenAPI. */
@Tag(name = "explain", description = "A picture in; out comes which parts of it count for a class")
interface ExplainApi {
  String EXAMPLE =
      """
      {"model": "resnet50-tiny-imagenet",
       "class": {"label": "espresso", "index": 193, "wnid": "n07920052", "probability": 0.9757},
       "grid": {"rows": 2, "columns": 2, "values": [[21.5, 17.0], [9.25, 8.0]],
         "min": 8.0, "max": 21.5, "bias": -0.02,
         "region": [{"x": 100.0, "y": 0.0}, {"x": 500.0, "y": 0.0},
                    {"x": 500.0, "y": 400.0}, {"x": 100.0, "y": 400.0}]},
       "picture": {"width": 600, "height": 400, "orientation": 1}}
      """;

  /** What both ways of asking have in common. */
  @TakesPictures
  @Target(ElementType.METHOD)
  @Retention(RetentionPolicy.RUNTIME)
  @Parameter(
      name = ExplainParameters.CLASS,
      in = ParameterIn.QUERY,
      description = "The class: its label, WordNet id or index; the most probable one by default",
      schema = @Schema(type = "string"))
  @Parameter(
      name = ExplainParameters.OPACITY,
      in = ParameterIn.QUERY,
      description = "Of the colours on the picture",
      schema = @Schema(type = "number", defaultValue = "0.5", minimum = "0", maximum = "1"))
  @Parameter(
      name = ExplainParameters.COLORS,
      in = ParameterIn.QUERY,
      description = "The colours on the picture, from the least value to the greatest",
      schema =
          @Schema(
              type = "string",
              defaultValue = "viridis",
              allowableValues = {"viridis", "inferno", "cividis"}))
  @ApiResponse(
      responseCode = "200",
      description = "The class activation map, as numbers or drawn on the picture",
      headers =
          @Header(
              name = "Server-Timing",
              description = "Milliseconds per stage: read, decode, queue, inference, total",
              schema = @Schema(type = "string")),
      content = {
        @Content(
            mediaType = MediaType.APPLICATION_JSON_VALUE,
            schema = @Schema(implementation = ExplainResponse.class),
            examples = @ExampleObject(EXAMPLE)),
        @Content(
            mediaType = MediaType.IMAGE_PNG_VALUE,
            schema = @Schema(type = "string", contentMediaType = MediaType.IMAGE_PNG_VALUE))
      })
  @interface Explains {}

  @Operation(summary = "Explain what the default model sees in a picture", operationId = "explain")
  @Explains
  ResponseEntity<?> explain(
      @Parameter(hidden = true) UploadRequest request,
      @Parameter(hidden = true) @Nullable String accept)
      throws IOException;

  @Operation(summary = "Explain what a model sees in a picture", operationId = "explainWithModel")
  @Explains
  ResponseEntity<?> explain(
      @Parameter(description = "Name of a model", example = "resnet50-tiny-imagenet") String model,
      @Parameter(hidden = true) UploadRequest request,
      @Parameter(hidden = true) @Nullable String accept)
      throws IOException;
}
