package org.resnetserving.upload;

import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.resnetserving.admission.Deadline;
import org.resnetserving.admission.Permits;
import org.resnetserving.admission.Ticker;
import org.resnetserving.connection.Connection;
import org.resnetserving.problem.ProblemException;
import org.resnetserving.problem.ProblemType;

/**
 * Takes the pictures out of a request: the files of a form, or the body itself. Memory is claimed
 * before it is taken, as bytes arrive, so that neither large uploads nor slow ones exhaust it.
 */
final class UploadReader {
  private final UploadLimits limits;
  private final Permits memory;
  private final Ticker ticker;

  UploadReader(UploadLimits limits, Permits memory, Ticker ticker) {
    this.limits = limits;
    this.memory = memory;
    this.ticker = ticker;
  }

  /** The time that deadlines are told by. */
  Ticker ticker() {
    return ticker;
  }

  /**
   * Reads the pictures.
   *
   * @param anyType whether a body of any content type is taken to be a picture
   * @param deadline after which a body is read no further
   * @throws ProblemException (IMAGE_MISSING, IMAGE_TOO_LARGE, IMAGE_UNSUPPORTED, IMAGE_TRUNCATED,
   *     FORM_MALFORMED, FORM_TOO_LARGE, ENCODING_UNSUPPORTED, PARAMETER_INVALID, REQUEST_MALFORMED,
   *     OVERLOADED, UPLOAD_TIMEOUT, DEADLINE_EXCEEDED)
   */
  Upload read(HttpServletRequest request, boolean anyType, Deadline deadline) throws IOException {
    BodyType type = BodyType.of(request, anyType);
    Map<String, List<String>> query = QueryParameters.parse(request.getQueryString());
    boolean form = type.boundary() != null;
    long most = form ? limits.formBytes() : limits.maxBytes();
    long announced = request.getContentLengthLong();
    if (announced > most) {
      throw PictureBytes.tooLarge(limits.maxBytes(), "%,d were announced".formatted(announced));
    }
    Incoming body =
        new Incoming(
            request.getInputStream(),
            Connection.of(request).orElse(null),
            deadline,
            ticker,
            limits.minRate(),
            // One more than a picture may have, so that it is the picture that is refused.
            form ? most : most + 1,
            announced < 0,
            FormReader::tooManyBytes);
    MemoryClaim claim = new MemoryClaim(memory);
    boolean taken = false;
    try {
      Upload upload =
          form
              ? form(body, type.boundary(), query, deadline, claim)
              : body(body, announced, query, deadline, claim);
      taken = true;
      return upload;
    } finally {
      if (!taken) {
        claim.close();
      }
    }
  }

  private Upload body(
      Incoming body,
      long announced,
      Map<String, List<String>> query,
      Deadline deadline,
      MemoryClaim claim)
      throws IOException {
    byte[] bytes = PictureBytes.read(body, announced, limits.maxBytes(), claim);
    return new Upload(List.of(notEmpty(new UploadedPicture("", bytes))), query, deadline, claim);
  }

  private Upload form(
      Incoming body,
      @Nullable String boundary,
      Map<String, List<String>> query,
      Deadline deadline,
      MemoryClaim claim)
      throws IOException {
    FormReader form = new FormReader(limits.maxBytes(), limits.maxPictures(), claim);
    form.read(body, String.valueOf(boundary));
    if (form.pictures().isEmpty()) {
      throw new ProblemException(
          ProblemType.IMAGE_MISSING,
          "The form has no picture in the field '%s'; it has files in %s and text in %s. Try curl -F %s=@picture.jpg"
              .formatted(
                  PictureField.NAME,
                  form.otherFiles(),
                  form.parameters().keySet().stream().map(ProblemException::shortened).toList(),
                  PictureField.NAME));
    }
    form.pictures().forEach(UploadReader::notEmpty);
    return new Upload(form.pictures(), merged(query, form.parameters()), deadline, claim);
  }

  private static UploadedPicture notEmpty(UploadedPicture picture) {
    if (picture.bytes().length == 0) {
      throw new ProblemException(
          ProblemType.IMAGE_MISSING, "The picture is empty: no byte was sent.");
    }
    return picture;
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
