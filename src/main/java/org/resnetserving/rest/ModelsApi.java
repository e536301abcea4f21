package org.resnetserving.rest;

import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.headers.Header;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import org.resnetserving.rest.ModelsController.Models;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;

/** The description of {@link ModelsController} that clients are given as OpenAPI. */
@Tag(name = "models", description = "Which models there are, and how they are")
interface ModelsApi {
  @Operation(summary = "List the models, the default one first", operationId = "models")
  @ApiResponse(
      responseCode = "200",
      description = "All models",
      headers =
          @Header(
              name = "ETag",
              description = "For `If-None-Match`",
              schema = @Schema(type = "string")))
  @ApiResponse(
      responseCode = "304",
      description = "As it was: the client has what its `If-None-Match` says",
      content = @Content)
  Models models();

  @Operation(summary = "Describe a model", operationId = "model")
  @ApiResponse(
      responseCode = "200",
      description = "The model",
      headers =
          @Header(
              name = "ETag",
              description = "For `If-None-Match`",
              schema = @Schema(type = "string")))
  @ApiResponse(
      responseCode = "304",
      description = "As it was: the client has what its `If-None-Match` says",
      content = @Content)
  @ApiResponse(
      responseCode = "404",
      description = "`model-unknown`: names those that exist",
      content =
          @Content(
              mediaType = MediaType.APPLICATION_PROBLEM_JSON_VALUE,
              schema = @Schema(implementation = ProblemDetail.class)))
  ModelResponse model(
      @Parameter(description = "Name of a model", example = "resnet50-tiny-imagenet") String model);
}
