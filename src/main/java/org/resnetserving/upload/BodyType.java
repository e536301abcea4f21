package org.resnetserving.upload;

import jakarta.servlet.http.HttpServletRequest;
import java.util.Collections;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.resnetserving.problem.ProblemException;
import org.resnetserving.problem.ProblemType;
import org.springframework.http.InvalidMediaTypeException;
import org.springframework.http.MediaType;

/**
 * How a body is to be read, by its headers.
 *
 * @param kind of body
 * @param boundary between the parts of a form; empty where the body is no form
 * @param coding how it is compressed
 */
record BodyType(Kind kind, String boundary, ContentCoding coding) {
  /** What a body is. */
  enum Kind {
    /** The picture itself. */
    PICTURE,
    /** A {@code multipart/form-data}. */
    FORM,
    /** A JSON object. */
    JSON
  }

  private static final Pattern BOUNDARY =
      Pattern.compile(
          ";\\s*boundary\\s*=\\s*(?:\"([^\"]*)\"|([^;\\s]+))", Pattern.CASE_INSENSITIVE);

  /** What cannot be read is no type that is taken. */
  private static final MediaType UNKNOWN = MediaType.valueOf("application/x-unknown");

  /** What the one who asks may send instead. */
  private static final String ADVICE =
      ("Send the picture in the field '%s' of a multipart/form-data form (curl -F %s=@picture.jpg),"
              + " or as the body with an image content type (curl -H 'Content-Type: image/jpeg'"
              + " --data-binary @picture.jpg), or in base64 in JSON (application/json).")
          .formatted(PictureField.NAME, PictureField.NAME);

  /**
   * Reads the headers.
   *
   * @param other what a body of another type is
   * @throws ProblemException (ENCODING_UNSUPPORTED, IMAGE_UNSUPPORTED, FORM_MALFORMED)
   */
  static BodyType of(HttpServletRequest request, OtherType other) {
    ContentCoding coding =
        ContentCoding.of(Collections.list(request.getHeaders("Content-Encoding")));
    String header = request.getContentType();
    if (header == null || header.isBlank()) {
      return new BodyType(other == OtherType.JSON ? Kind.JSON : Kind.PICTURE, "", coding);
    }
    MediaType type = type(header);
    if (type.getType().equals("multipart")) {
      return new BodyType(Kind.FORM, boundary(type, header), coding);
    }
    return new BodyType(kind(type, other), "", coding);
  }

  /** Reads the headers of a body that says by itself what is in it. */
  static BodyType ofJson(HttpServletRequest request) {
    return new BodyType(
        Kind.JSON, "", ContentCoding.of(Collections.list(request.getHeaders("Content-Encoding"))));
  }

  private static Kind kind(MediaType type, OtherType other) {
    if (isPicture(type)) {
      return Kind.PICTURE;
    }
    if (type.getSubtype().equals("json") || type.getSubtype().endsWith("+json")) {
      return Kind.JSON;
    }
    return switch (other) {
      case PICTURE -> Kind.PICTURE;
      case JSON -> Kind.JSON;
      case REFUSED ->
          throw new ProblemException(
              ProblemType.IMAGE_UNSUPPORTED,
              "Content-Type '%s' is not taken. %s"
                  .formatted(ProblemException.shortened(type.toString()), ADVICE));
    };
  }

  /** Without its parameters, which may be such as {@code charset=binary}. */
  private static MediaType type(String header) {
    try {
      return MediaType.parseMediaType(header.split(";", 2)[0].strip());
    } catch (InvalidMediaTypeException e) {
      return UNKNOWN;
    }
  }

  private static String boundary(MediaType type, String header) {
    if (!type.getSubtype().equals("form-data")) {
      throw new ProblemException(
          ProblemType.IMAGE_UNSUPPORTED,
          "Of the multipart content types, only multipart/form-data is taken. " + ADVICE);
    }
    Matcher boundary = BOUNDARY.matcher(header);
    if (!boundary.find()) {
      throw FormReader.malformed(
          "its Content-Type names no boundary. Let the client write that header: it knows the"
              + " boundary that it puts between the parts",
          null);
    }
    return boundary.group(1) != null ? boundary.group(1) : boundary.group(2);
  }

  /** What it is, the content says; these say that it may be one. S3 has a type of its own. */
  private static boolean isPicture(MediaType type) {
    return type.getType().equals("image") || type.getSubtype().equals("octet-stream");
  }
}
