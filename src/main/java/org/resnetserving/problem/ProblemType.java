package org.resnetserving.problem;

import java.net.URI;
import java.util.Locale;

/**
 * The kinds of failure that the service tells its clients about. The name of each is a contract: it
 * is the last part of the {@link #uri() type} in a problem document.
 */
public enum ProblemType {
  /** It is not HTTP as it should be: a bad target, host, header, chunk or compressed body. */
  REQUEST_MALFORMED("Malformed request"),
  /** The service asks for an API key, and the request has none. */
  API_KEY_MISSING("API key is missing"),
  /** The request has an API key that is none of those that are known. */
  API_KEY_UNKNOWN("Unknown API key"),
  /** A page of another origin asks whether it may, and it may not. */
  ORIGIN_NOT_ALLOWED("Origin not allowed"),
  /** There is nothing at that path. */
  PATH_UNKNOWN("Unknown path"),
  /** There is something at that path, but not for that method. */
  METHOD_NOT_ALLOWED("Method not allowed"),
  /** The answer comes in none of the formats that the client accepts. */
  NOT_ACCEPTABLE("Not acceptable"),
  /** The client expects what the service does not do. */
  EXPECTATION_UNSUPPORTED("Unsupported expectation"),
  /** The body's content type is not taken there. */
  CONTENT_TYPE_UNSUPPORTED("Unsupported content type"),
  /** The body is compressed in a way that is not read. */
  ENCODING_UNSUPPORTED("Unsupported content encoding"),
  /** The form is none, or has no boundary. */
  FORM_MALFORMED("Malformed form"),
  /** The form has more parts, fields or headers than allowed. */
  FORM_TOO_LARGE("Form is too large"),
  /** The JSON is none, is cut off, or is no object. */
  JSON_MALFORMED("Malformed JSON"),
  /** The request has more pictures, bytes or text than allowed. */
  REQUEST_TOO_LARGE("Request is too large"),
  /** The request carries no picture. */
  IMAGE_MISSING("No picture in the request"),
  /** The request is made on a condition that it cannot be made on. */
  PRECONDITION_FAILED("Precondition failed"),
  /** The upload was not there by the deadline, or came too slowly. */
  UPLOAD_TIMEOUT("Upload took too long"),
  /** The upload has more bytes than allowed. */
  IMAGE_TOO_LARGE("Picture has too many bytes"),
  /** The picture's header claims more pixels than allowed. */
  IMAGE_TOO_MANY_PIXELS("Picture has too many pixels"),
  /** The picture's header claims a width or height of zero. */
  IMAGE_ZERO_SIZED("Picture has no pixels"),
  /** The picture's header asks for more work or memory than one picture may cost. */
  IMAGE_TOO_COMPLEX("Picture asks for too much work"),
  /** The picture ends before its data does. */
  IMAGE_TRUNCATED("Picture is truncated"),
  /** The picture's data contradict its format. */
  IMAGE_CORRUPT("Picture is corrupt"),
  /** The content is not one of the picture formats that are read. */
  IMAGE_UNSUPPORTED("Unsupported picture format"),
  /** The picture is named by a URL from which none is fetched. */
  URL_NOT_ALLOWED("URL is not allowed"),
  /** The picture did not come from its URL. */
  URL_FETCH_FAILED("Picture could not be fetched"),
  /** A request of the Open Inference Protocol, or a tensor in it, is not what it may be. */
  TENSOR_INVALID("Invalid tensor"),
  /** A parameter is not what it may be. */
  PARAMETER_INVALID("Invalid parameter"),
  /** No model of that name is served. */
  MODEL_UNKNOWN("Unknown model"),
  /** The model is not ready to answer. */
  MODEL_NOT_READY("Model is not ready"),
  /** The model's network does not give what was asked for. */
  ANSWER_UNAVAILABLE("Model does not give that answer"),
  /** As much work as allowed is under way. */
  OVERLOADED("Too many requests"),
  /** The deadline passed before the answer was there. */
  DEADLINE_EXCEEDED("Deadline exceeded"),
  /** The service is stopping. */
  SHUTTING_DOWN("Service is stopping"),
  /** The network failed on a picture that was good. */
  INFERENCE_FAILED("Inference failed"),
  /** Something that should not happen. */
  INTERNAL_ERROR("Internal error");

  private static final String URI_PREFIX = "urn:resnet-serving:problem:";

  private final String title;
  private final String slug = name().toLowerCase(Locale.ROOT).replace('_', '-');
  private final URI uri = URI.create(URI_PREFIX + slug);

  ProblemType(String title) {
    this.title = title;
  }

  /** A short summary, the same for every occurrence. */
  public String title() {
    return title;
  }

  /** Lower-case, hyphenated name: the value of the {@code outcome} label of metrics. */
  public String slug() {
    return slug;
  }

  /** Whether it is about one picture, so that others of the same request may be answered. */
  public boolean concernsPicture() {
    return switch (this) {
      case IMAGE_MISSING,
          IMAGE_TOO_LARGE,
          IMAGE_TOO_MANY_PIXELS,
          IMAGE_ZERO_SIZED,
          IMAGE_TOO_COMPLEX,
          IMAGE_TRUNCATED,
          IMAGE_CORRUPT,
          IMAGE_UNSUPPORTED,
          URL_NOT_ALLOWED,
          URL_FETCH_FAILED,
          INFERENCE_FAILED ->
          true;
      default -> false;
    };
  }

  /** The {@code type} member of the problem document. */
  public URI uri() {
    return uri;
  }
}
