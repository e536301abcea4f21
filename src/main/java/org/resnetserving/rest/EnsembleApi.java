package org.resnetserving.rest;

import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.enums.Explode;
import io.swagger.v3.oas.annotations.enums.ParameterIn;
import io.swagger.v3.oas.annotations.media.ArraySchema;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.ExampleObject;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.io.IOException;
import org.resnetserving.serving.Ensemble;
import org.resnetserving.upload.UploadRequest;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;

/** The description of {@link EnsembleController} that clients are given as OpenAPI. */
@Tag(name = "classify", description = "A picture in, ranked labels out")
interface EnsembleApi {
  String EXAMPLE =
      """
      {"models": ["resnet50", "resnet101"],
       "predictions": [
         {"label": "espresso", "index": 967, "wnid": "n07920052", "probability": 0.9757}]}
      """;

  @Operation(
      summary = "Classify a picture with several models, whose probabilities are averaged",
      operationId = "classifyTogether")
  @TakesPictures
  @RanksLabels
  @Parameter(
      name = Ensemble.MODELS,
      in = ParameterIn.QUERY,
      required = true,
      description = "2 to 8 models with the same labels",
      example = "resnet50,resnet101",
      array = @ArraySchema(schema = @Schema(type = "string"), minItems = 2, maxItems = 8),
      explode = Explode.FALSE)
  @ApiResponse(
      responseCode = "200",
      description = "Ranked labels",
      content =
          @Content(
              mediaType = MediaType.APPLICATION_JSON_VALUE,
              schema = @Schema(implementation = EnsembleAnswer.class),
              examples = @ExampleObject(EXAMPLE)))
  ResponseEntity<EnsembleAnswer> classify(@Parameter(hidden = true) UploadRequest request)
      throws IOException;
}
