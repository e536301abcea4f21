package org.resnetserving.classify;

import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.enums.ParameterIn;
import io.swagger.v3.oas.annotations.headers.Header;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.parameters.RequestBody;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.resnetserving.upload.RequestTimeout;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;

/** What all operations that take pictures have in common, as OpenAPI describes it. */
@Target({ElementType.METHOD, ElementType.ANNOTATION_TYPE})
@Retention(RetentionPolicy.RUNTIME)
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
          schema = @Schema(implementation = TakesPictures.PictureForm.class)),
      @Content(
          mediaType = "image/*",
          schema = @Schema(type = "string", contentMediaType = "image/*")),
      @Content(
          mediaType = MediaType.APPLICATION_OCTET_STREAM_VALUE,
          schema =
              @Schema(type = "string", contentMediaType = MediaType.APPLICATION_OCTET_STREAM_VALUE))
    })
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
    description = "`image-truncated`, `image-corrupt` or `image-zero-sized`; `answer-unavailable`",
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
@interface TakesPictures {
  /**
   * A form with a picture.
   *
   * @param image the file
   */
  record PictureForm(@Schema(type = "string", contentMediaType = "image/*") String image) {}
}
