package org.resnetserving.upload;

import jakarta.servlet.http.HttpServletRequest;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.resnetserving.problem.ProblemException;
import org.resnetserving.problem.ProblemType;
import org.springframework.http.InvalidMediaTypeException;
import org.springframework.http.MediaType;

/**
 * How a body is to be read, by its headers.
 *
 * @param boundary between the parts of a form; null where the body is no form
 */
record BodyType(@Nullable String boundary) {
  private static final Pattern BOUNDARY =
      Pattern.compile(
          ";\\s*boundary\\s*=\\s*(?:\"([^\"]*)\"|([^;\\s]+))", Pattern.CASE_INSENSITIVE);

  /** What cannot be read is no type that is taken. */
  private static final MediaType UNKNOWN = MediaType.valueOf("application/x-unknown");

  /** What the one who asks may send instead. */
  private static final String ADVICE =
      ("Send the picture in the field '%s' of a multipart/form-data form (curl -F %s=@picture.jpg),"
              + " or as the body with an image content type (curl -H 'Content-Type: image/jpeg'"
              + " --data-binary @picture.jpg).")
          .formatted(PictureField.NAME, PictureField.NAME);

  /**
   * Reads the headers.
   *
   * @param anyType whether a body of any content type is taken to be a picture
   * @throws ProblemException (ENCODING_UNSUPPORTED, IMAGE_UNSUPPORTED, FORM_MALFORMED)
   */
  static BodyType of(HttpServletRequest request, boolean anyType) {
    String encoding = request.getHeader("Content-Encoding");
    if (encoding != null && !encoding.strip().equalsIgnoreCase("identity")) {
      throw new ProblemException(
          ProblemType.ENCODING_UNSUPPORTED,
          "Content-Encoding '%s' is not taken: send the body as it is."
              .formatted(ProblemException.shortened(encoding)));
    }
    String header = request.getContentType();
    MediaType type = header == null || header.isBlank() ? null : type(header);
    if (type != null && type.getType().equals("multipart")) {
      return new BodyType(boundary(type, String.valueOf(header)));
    }
    if (type != null && !anyType && !isPicture(type)) {
      throw new ProblemException(
          ProblemType.IMAGE_UNSUPPORTED,
          "Content-Type '%s' is not taken. %s"
              .formatted(ProblemException.shortened(type.toString()), ADVICE));
    }
    return new BodyType(null);
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
