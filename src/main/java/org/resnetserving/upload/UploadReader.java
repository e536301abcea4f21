package org.resnetserving.upload;

import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.resnetserving.admission.Deadline;
import org.resnetserving.admission.Permit;
import org.resnetserving.admission.Permits;
import org.resnetserving.admission.Ticker;
import org.resnetserving.problem.ProblemException;
import org.resnetserving.problem.ProblemType;
import org.springframework.http.InvalidMediaTypeException;
import org.springframework.http.MediaType;
import org.springframework.util.unit.DataSize;
import org.springframework.web.multipart.MultipartException;
import org.springframework.web.multipart.MultipartFile;
import org.springframework.web.multipart.MultipartHttpServletRequest;
import org.springframework.web.util.UriComponentsBuilder;
import org.springframework.web.util.WebUtils;

/**
 * Takes the picture out of a request: the file of a form, or the body itself. Memory is claimed
 * before a byte is read, so that any number of large or slow uploads cannot exhaust it.
 */
public final class UploadReader {
  /** The form field that holds the picture. */
  public static final String FIELD = "image";

  /** What TorchServe's clients call that field. */
  private static final String TORCHSERVE_FIELD = "data";

  /** A form is held twice while it is read: by the servlet container, and as the picture. */
  private static final int FORM_COPIES = 2;

  /** What is made room for first where a body does not say its length: a photograph, as sent. */
  private static final int UNANNOUNCED = 256 * 1024;

  private static final MediaType ANY_IMAGE = MediaType.valueOf("image/*");

  private final long maxBytes;
  private final Permits memory;
  private final Ticker ticker;

  UploadReader(DataSize maxBytes, Permits memory, Ticker ticker) {
    this.maxBytes = maxBytes.toBytes();
    this.memory = memory;
    this.ticker = ticker;
  }

  /**
   * Reads the picture.
   *
   * @param anyType whether a body of any content type is taken to be a picture
   * @param deadline after which a body is read no further; a form is parsed by the servlet
   *     container, which bounds only how long it waits for the next bytes
   * @throws ProblemException (IMAGE_MISSING, IMAGE_TOO_LARGE, IMAGE_UNSUPPORTED, OVERLOADED,
   *     UPLOAD_TIMEOUT)
   */
  public Upload read(HttpServletRequest request, boolean anyType, Deadline deadline)
      throws IOException {
    MediaType type = contentType(request);
    boolean form = type != null && type.getType().equals("multipart");
    if (!form && !anyType && !isPicture(type)) {
      throw new ProblemException(
          ProblemType.IMAGE_UNSUPPORTED,
          ("Content-Type '%s' is not taken. Send the picture in the field '%s' of a"
                  + " multipart/form-data form (curl -F %s=@picture.jpg), or as the body with an image"
                  + " content type (curl -H 'Content-Type: image/jpeg' --data-binary @picture.jpg).")
              .formatted(type, FIELD, FIELD));
    }
    long announced = request.getContentLengthLong();
    if (announced > maxBytes + (form ? UploadConfiguration.FORM_OVERHEAD : 0)) {
      throw tooLarge("%,d bytes were announced".formatted(announced));
    }
    long expected = announced < 0 ? maxBytes : announced;
    Permit permit = memory.acquire(Math.max(1, form ? FORM_COPIES * expected : expected));
    boolean taken = false;
    try {
      Upload upload =
          form
              ? readForm(request, permit)
              : new Upload(readBody(request, announced, deadline), query(request), permit);
      if (upload.bytes().length == 0) {
        throw new ProblemException(
            ProblemType.IMAGE_MISSING, "The picture is empty: no byte was sent.");
      }
      taken = true;
      return upload;
    } finally {
      if (!taken) {
        permit.close();
      }
    }
  }

  private static @Nullable MediaType contentType(HttpServletRequest request) {
    String header = request.getContentType();
    try {
      return header == null ? null : MediaType.parseMediaType(header);
    } catch (InvalidMediaTypeException e) {
      throw new ProblemException(
          ProblemType.IMAGE_UNSUPPORTED, "The Content-Type header is malformed.", e);
    }
  }

  private static boolean isPicture(@Nullable MediaType type) {
    return type != null
        && (ANY_IMAGE.includes(type) || MediaType.APPLICATION_OCTET_STREAM.includes(type));
  }

  private byte[] readBody(HttpServletRequest request, long announced, Deadline deadline)
      throws IOException {
    InputStream body = request.getInputStream();
    byte[] bytes = new byte[(int) (announced < 0 ? Math.min(maxBytes, UNANNOUNCED) : announced)];
    int size = 0;
    try {
      for (int read = 0; read >= 0; read = body.read(bytes, size, bytes.length - size)) {
        size += read;
        if (size == bytes.length) {
          int next = body.read();
          if (next < 0) {
            return bytes;
          }
          if (size == maxBytes) {
            throw tooLarge("more were sent");
          }
          bytes = Arrays.copyOf(bytes, (int) Math.min(2L * size, maxBytes));
          bytes[size++] = (byte) next;
        }
        if (deadline.expired(ticker)) {
          throw new ProblemException(
              ProblemType.UPLOAD_TIMEOUT,
              "After %s, %,d bytes of the picture had arrived. The header %s allows more time."
                  .formatted(deadline.allowed(), size, RequestTimeout.HEADER));
        }
      }
      return Arrays.copyOf(bytes, size);
    } catch (IOException e) {
      // The client left, or sent nothing for too long.
      throw new ProblemException(
          ProblemType.IMAGE_TRUNCATED, "The upload broke off before its end.", e);
    }
  }

  private Upload readForm(HttpServletRequest request, Permit permit) throws IOException {
    MultipartHttpServletRequest form =
        WebUtils.getNativeRequest(request, MultipartHttpServletRequest.class);
    if (form == null) {
      throw new ProblemException(
          ProblemType.IMAGE_UNSUPPORTED,
          "Only multipart/form-data is taken of the multipart content types.");
    }
    try {
      MultipartFile file = form.getFile(FIELD);
      if (file == null) {
        file = form.getFile(TORCHSERVE_FIELD);
      }
      if (file == null) {
        throw new ProblemException(
            ProblemType.IMAGE_MISSING,
            "The form has no file in the field '%s'; it has files in %s. Try curl -F %s=@picture.jpg"
                .formatted(FIELD, form.getFileMap().keySet(), FIELD));
      }
      Map<String, List<String>> parameters = new LinkedHashMap<>();
      form.getParameterMap().forEach((name, values) -> parameters.put(name, Arrays.asList(values)));
      return new Upload(file.getBytes(), parameters, permit);
    } catch (MultipartException e) {
      for (Throwable t = e; t != null; t = t.getCause()) {
        if (t.getClass().getSimpleName().contains("SizeLimitExceeded")) {
          throw tooLarge("the form holds more");
        }
      }
      throw new ProblemException(
          ProblemType.IMAGE_MISSING, "The form is malformed or was cut off.", e);
    }
  }

  private static Map<String, List<String>> query(HttpServletRequest request) {
    Map<String, List<String>> parameters = new LinkedHashMap<>();
    UriComponentsBuilder.newInstance()
        .query(request.getQueryString())
        .build()
        .getQueryParams()
        .forEach(
            (name, values) ->
                parameters.put(
                    name, values.stream().map(value -> value == null ? "" : value).toList()));
    return parameters;
  }

  private ProblemException tooLarge(String what) {
    return new ProblemException(
            ProblemType.IMAGE_TOO_LARGE,
            "A picture may have %,d bytes, but %s. Send a smaller or more compressed one."
                .formatted(maxBytes, what))
        .with("max_bytes", maxBytes);
  }
}
