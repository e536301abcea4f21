package org.resnetserving.rest;

import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.enums.ParameterIn;
import io.swagger.v3.oas.annotations.headers.Header;
import io.swagger.v3.oas.annotations.media.ArraySchema;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.ExampleObject;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.parameters.RequestBody;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.util.List;
import org.jspecify.annotations.Nullable;
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
        "The picture, or several in a form or in JSON: JPEG, PNG, GIF (first frame), BMP, WebP or"
            + " TIFF, or fewer where `image-unsupported` says so, told by its content. `Content-Encoding: gzip` or `deflate` is understood",
    content = {
      @Content(
          mediaType = MediaType.MULTIPART_FORM_DATA_VALUE,
          schema = @Schema(implementation = TakesPictures.PictureForm.class)),
      @Content(
          mediaType = MediaType.APPLICATION_JSON_VALUE,
          schema = @Schema(implementation = TakesPictures.PicturesJson.class),
          examples = @ExampleObject(TakesPictures.EXAMPLE)),
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
    description = "`image-missing`, `parameter-invalid`, `form-malformed` or `json-malformed`",
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
    responseCode = "412",
    description = "`precondition-failed`: `If-None-Match` is for GET",
    content =
        @Content(
            mediaType = MediaType.APPLICATION_PROBLEM_JSON_VALUE,
            schema = @Schema(implementation = ProblemDetail.class)))
@ApiResponse(
    responseCode = "413",
    description =
        "`image-too-large` (bytes), `image-too-many-pixels` or `image-too-complex`;"
            + " `request-too-large` for too many pictures, or too many bytes in all",
    content =
        @Content(
            mediaType = MediaType.APPLICATION_PROBLEM_JSON_VALUE,
            schema = @Schema(implementation = ProblemDetail.class)))
@ApiResponse(
    responseCode = "415",
    description = "`image-unsupported` or `encoding-unsupported`",
    content =
        @Content(
            mediaType = MediaType.APPLICATION_PROBLEM_JSON_VALUE,
            schema = @Schema(implementation = ProblemDetail.class)))
@ApiResponse(
    responseCode = "422",
    description =
        "`image-truncated`, `image-corrupt` or `image-zero-sized`; `url-not-allowed`: a picture by a"
            + " URL from which none is fetched; `answer-unavailable`",
    content =
        @Content(
            mediaType = MediaType.APPLICATION_PROBLEM_JSON_VALUE,
            schema = @Schema(implementation = ProblemDetail.class)))
@ApiResponse(
    responseCode = "424",
    description = "`url-fetch-failed`: the picture did not come from its URL",
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
  /** A grey PNG of 8 by 8 pixels. */
  String EXAMPLE =
      """
      {"images": [{"b64": "iVBORw0KGgoAAAANSUhEUgAAAAgAAAAICAAAAADhZOFXAAAADklEQVR42mNogAIGyhgAgIQgARDoahcAAAAASUVORK5CYII="}]}
      """;

  /**
   * A form with pictures.
   *
   * @param image the file
   */
  record PictureForm(
      @Schema(
              type = "string",
              contentMediaType = "image/*",
              description = "A file. The field may come several times")
          String image) {}

  /**
   * JSON with pictures, and parameters beside them.
   *
   * @param images the pictures
   */
  @Schema(additionalProperties = Schema.AdditionalPropertiesValue.TRUE)
  record PicturesJson(
      @ArraySchema(
              minItems = 1,
              arraySchema =
                  @Schema(
                      description =
                          "The pictures. Other members of the object are parameters, as in the query"),
              schema =
                  @Schema(
                      description =
                          "An object; or a `data:` URI in base64, or a URL where they are fetched",
                      oneOf = {PictureJson.class, String.class}))
          List<Object> images) {}

  /**
   * One picture, in one of these.
   *
   * @param b64 its file
   * @param url a {@code data:} URI in base64, or where it is to be fetched from
   */
  record PictureJson(
      @Schema(contentEncoding = "base64") @Nullable String b64,
      @Schema(
              format = "uri",
              description =
                  "A `data:` URI in base64, or a URL of one of the hosts in `resnet.url.hosts`")
          @Nullable String url) {}
}
