package org.resnetserving.rest;

import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.ExampleObject;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.parameters.RequestBody;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.resnetserving.upload.UploadRequest;
import org.springframework.http.MediaType;

/** The description of {@link OpenAiController} that clients are given as OpenAPI. */
@Tag(name = "embed")
interface OpenAiApi {
  String EXAMPLE =
      """
      {"model": "resnet50-tiny-imagenet", "input": ["data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAgAAAAICAAAAADhZOFXAAAADklEQVR42mNogAIGyhgAgIQgARDoahcAAAAASUVORK5CYII="]}
      """;

  /**
   * What OpenAI's clients send.
   *
   * @param model name of a model
   * @param input pictures as {@code data:} URIs, or URLs where they are fetched; one may stand
   *     without the array
   * @param encodingFormat float or base64
   * @param dimensions as many as the network has
   */
  record Question(
      @Schema(example = "resnet50-tiny-imagenet") String model,
      List<String> input,
      @Schema(allowableValues = {"float", "base64"}) @Nullable String encodingFormat,
      @Nullable Integer dimensions) {}

  @Operation(
      summary = "Embed pictures, as OpenAI's clients ask for it",
      operationId = "openAiEmbeddings")
  @RequestBody(
      required = true,
      content =
          @Content(
              mediaType = MediaType.APPLICATION_JSON_VALUE,
              schema = @Schema(implementation = Question.class),
              examples = @ExampleObject(EXAMPLE)))
  @ApiResponse(responseCode = "200", description = "The pooled features, of length 1 (L2)")
  @ApiResponse(
      responseCode = "400",
      description = "Every failure, whatever its status, is told in OpenAI's words",
      content =
          @Content(
              mediaType = MediaType.APPLICATION_JSON_VALUE,
              schema = @Schema(implementation = OpenAiError.class)))
  OpenAiEmbeddings embeddings(@Parameter(hidden = true) UploadRequest request) throws IOException;
}
