package org.resnetserving.rest;

import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.enums.ParameterIn;
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

/** The description of {@link EmbedController} that clients are given as OpenAPI. */
@Tag(name = "embed", description = "A picture in, its pooled features out")
interface EmbedApi {
  String EXAMPLE =
      """
      {"model": "resnet50-tiny-imagenet", "embedding": [0.41, 0.0, 1.27]}
      """;

  /** What both ways of asking have in common. */
  @TakesPictures
  @Target(ElementType.METHOD)
  @Retention(RetentionPolicy.RUNTIME)
  @Parameter(
      name = ClassifyParameters.NORMALIZE,
      in = ParameterIn.QUERY,
      description = "Divides the embedding by its length (L2)",
      schema = @Schema(type = "boolean", defaultValue = "false"))
  @Parameter(
      name = ClassifyParameters.DETAILS,
      in = ParameterIn.QUERY,
      description = "Adds the weights' digest, the precision and the timings",
      schema = @Schema(type = "boolean", defaultValue = "false"))
  @ApiResponse(
      responseCode = "200",
      description = "The pooled features: what the last layer of the network reads",
      content =
          @Content(
              mediaType = MediaType.APPLICATION_JSON_VALUE,
              schema = @Schema(implementation = EmbedAnswer.class),
              examples = @ExampleObject(EXAMPLE)))
  @interface EmbedsPictures {}

  @Operation(summary = "Embed a picture with the default model", operationId = "embed")
  @EmbedsPictures
  ResponseEntity<EmbedAnswer> embed(@Parameter(hidden = true) UploadRequest request)
      throws IOException;

  @Operation(summary = "Embed a picture", operationId = "embedWithModel")
  @EmbedsPictures
  ResponseEntity<EmbedAnswer> embed(
      @Parameter(description = "Name of a model", example = "resnet50-tiny-imagenet") String model,
      @Parameter(hidden = true) UploadRequest request)
      throws IOException;
}
