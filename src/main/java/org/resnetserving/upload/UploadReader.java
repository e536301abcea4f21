package org.resnetserving.upload;

import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.resnetserving.admission.Deadline;
import org.resnetserving.admission.Permits;
import org.resnetserving.admission.Ticker;
import org.resnetserving.connection.Connection;
import org.resnetserving.problem.ProblemException;
import org.resnetserving.problem.ProblemType;
import org.resnetserving.remote.RemotePictures;

/**
 * Takes the pictures out of a request: the files of a form, the items of JSON, or the body itself.
 * Memory is claimed before it is taken, as bytes arrive, so that neither large uploads nor slow
 * ones exhaust it.
 */
final class UploadReader {
  private final UploadLimits limits;
  private final Permits memory;
  private final RemotePictures remote;
  private final Ticker ticker;

  /**
   * @param remote fetches what is named by its URL
   */
  UploadReader(UploadLimits limits, Permits memory, RemotePictures remote, Ticker ticker) {
    this.limits = limits;
    this.memory = memory;
    this.remote = remote;
    this.ticker = ticker;
  }

  /** The time that deadlines are told by. */
  Ticker ticker() {
    return ticker;
  }

  /**
   * Reads the pictures.
   *
   * @param shape which member of JSON has them
   * @param other what a body is whose content type says neither form nor picture nor JSON
   * @param deadline after which a body is read no further
   * @throws ProblemException (IMAGE_MISSING, IMAGE_TOO_LARGE, IMAGE_UNSUPPORTED, IMAGE_TRUNCATED,
   *     FORM_MALFORMED, FORM_TOO_LARGE, JSON_MALFORMED, REQUEST_TOO_LARGE, ENCODING_UNSUPPORTED,
   *     PARAMETER_INVALID, REQUEST_MALFORMED, OVERLOADED, UPLOAD_TIMEOUT, DEADLINE_EXCEEDED)
   */
  Upload read(HttpServletRequest request, JsonShape shape, OtherType other, Deadline deadline)
      throws IOException {
    BodyType type = BodyType.of(request, other);
    Map<String, List<String>> query = QueryParameters.parse(request.getQueryString());
    MemoryClaim claim = new MemoryClaim(memory);
    boolean taken = false;
    try (InputStream body = body(request, type, deadline)) {
      Upload upload =
          switch (type.kind()) {
            case PICTURE -> picture(body, announced(request, type), query, deadline, claim);
            case FORM -> form(body, type.boundary(), query, deadline, claim);
            case JSON -> json(body, shape, query, deadline, claim);
          };
      taken = true;
      return upload;
    } finally {
      if (!taken) {
        claim.close();
      }
    }
  }

  /**
   * Reads a body as it is.
   *
   * @param deadline after which it is read no further
   * @throws ProblemException (REQUEST_TOO_LARGE, IMAGE_TRUNCATED, ENCODING_UNSUPPORTED,
   *     REQUEST_MALFORMED, OVERLOADED, UPLOAD_TIMEOUT, DEADLINE_EXCEEDED)
   */
  UploadedBody readBody(HttpServletRequest request, Deadline deadline) throws IOException {
    BodyType type = BodyType.ofJson(request);
    MemoryClaim claim = new MemoryClaim(memory);
    boolean taken = false;
    try (InputStream body = body(request, type, deadline)) {
      long most = limits.jsonBytes();
      PictureBytes bytes =
          new PictureBytes(
              announced(request, type), most, () -> Pictures.tooManyBytes(most), claim);
      bytes.addAll(body);
      UploadedBody uploaded = new UploadedBody(bytes.finished(), deadline, claim);
      taken = true;
      return uploaded;
    } finally {
      if (!taken) {
        claim.close();
      }
    }
  }

  /** The body as it was before it was compressed, within its bounds. */
  private InputStream body(HttpServletRequest request, BodyType type, Deadline deadline)
      throws IOException {
    long most =
        switch (type.kind()) {
          case PICTURE -> limits.maxBytes();
          case FORM -> limits.formBytes();
          case JSON -> limits.jsonBytes();
        };
    boolean compressed = type.coding() != ContentCoding.IDENTITY;
    long arriving = compressed ? UploadLimits.compressed(most) : most;
    long announced = request.getContentLengthLong();
    if (announced > arriving) {
      throw type.kind() == BodyType.Kind.PICTURE
          ? PictureBytes.tooLarge(limits.maxBytes(), "%,d were announced".formatted(announced))
          : Pictures.tooManyBytes(most);
    }
    // One more than a picture may have, so that it is the picture that is refused.
    int more = type.kind() == BodyType.Kind.PICTURE ? 1 : 0;
    Incoming incoming =
        new Incoming(
            request.getInputStream(),
            Connection.of(request).orElse(null),
            deadline,
            ticker,
            limits.minRate(),
            arriving + more,
            announced < 0,
            Pictures::tooManyBytes);
    return compressed
        ? new Inflated(incoming, type.coding(), most + more, Pictures::tooManyBytes)
        : incoming;
  }

  /** How many bytes the picture will have; negative where that is not said. */
  private static long announced(HttpServletRequest request, BodyType type) {
    return type.coding() == ContentCoding.IDENTITY ? request.getContentLengthLong() : -1;
  }

  private Upload picture(
      InputStream body,
      long announced,
      Map<String, List<String>> query,
      Deadline deadline,
      MemoryClaim claim)
      throws IOException {
    PictureBytes bytes =
        new PictureBytes(
            announced,
            limits.maxBytes(),
            () -> PictureBytes.tooLarge(limits.maxBytes(), "more were sent"),
            claim);
    bytes.addAll(body);
    byte[] finished = bytes.finished();
    if (finished.length == 0) {
      throw Pictures.empty();
    }
    return new Upload(List.of(UploadedPicture.of("", finished)), query, deadline, claim);
  }

  private Upload form(
      InputStream body,
      String boundary,
      Map<String, List<String>> query,
      Deadline deadline,
      MemoryClaim claim)
      throws IOException {
    Pictures pictures = new Pictures(limits, claim);
    FormReader form = new FormReader(pictures, limits.maxPictures());
    form.read(body, boundary);
    if (pictures.list().isEmpty()) {
      throw new ProblemException(
          ProblemType.IMAGE_MISSING,
          "The form has no picture in the field '%s'; it has files in %s and text in %s. Try curl -F %s=@picture.jpg"
              .formatted(
                  PictureField.NAME,
                  form.otherFiles(),
                  names(form.parameters()),
                  PictureField.NAME));
    }
    return new Upload(pictures.list(), merged(query, form.parameters()), deadline, claim);
  }

  private Upload json(
      InputStream body,
      JsonShape shape,
      Map<String, List<String>> query,
      Deadline deadline,
      MemoryClaim claim) {
    Pictures pictures = new Pictures(limits, claim);
    JsonReader json = new JsonReader(shape, pictures);
    json.read(body);
    if (pictures.list().isEmpty()) {
      throw new ProblemException(
          ProblemType.IMAGE_MISSING,
          "The JSON has no picture in the member '%s'; it has %s. %s"
              .formatted(shape.member(), names(json.parameters()), PictureText.ADVICE));
    }
    // Only now: while a host is waited for, no client is to be called slow.
    pictures.fetch(remote, deadline);
    return new Upload(pictures.list(), merged(query, json.parameters()), deadline, claim);
  }

  private static List<String> names(Map<String, List<String>> parameters) {
    return parameters.keySet().stream().map(ProblemException::shortened).toList();
  }

  private static Map<String, List<String>> merged(
      Map<String, List<String>> query, Map<String, List<String>> form) {
    Map<String, List<String>> all = new LinkedHashMap<>(query);
    form.forEach(
        (name, values) ->
            all.merge(
                name,
                values,
                (former, more) -> {
                  List<String> both = new ArrayList<>(former);
                  both.addAll(more);
                  return both;
                }));
    return all;
  }
}
