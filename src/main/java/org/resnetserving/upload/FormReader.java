package org.resnetserving.upload;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.james.mime4j.MimeException;
import org.apache.james.mime4j.codec.DecodeMonitor;
import org.apache.james.mime4j.io.MaxHeaderLengthLimitException;
import org.apache.james.mime4j.io.MaxHeaderLimitException;
import org.apache.james.mime4j.io.MaxLineLimitException;
import org.apache.james.mime4j.stream.EntityState;
import org.apache.james.mime4j.stream.MimeConfig;
import org.apache.james.mime4j.stream.MimeTokenStream;
import org.apache.james.mime4j.stream.RecursionMode;
import org.jspecify.annotations.Nullable;
import org.resnetserving.problem.ProblemException;
import org.resnetserving.problem.ProblemType;

/** Reads a {@code multipart/form-data} body part by part, as it arrives: mime4j finds the parts. */
final class FormReader {
  /** Bytes that one part's headers may have: a name of a file in Chinese takes some hundreds. */
  static final int MAX_HEADER = 8 * 1024;

  /** Headers that one part may have. */
  private static final int MAX_HEADERS = 16;

  /** Fields that a form may have besides the pictures. */
  private static final int MAX_FIELDS = 64;

  /** RFC 2046 allows 70. */
  private static final int MAX_BOUNDARY = 200;

  private static final MimeConfig CONFIG =
      MimeConfig.custom()
          // So a part that is cut off is told from one that ends.
          .setStrictParsing(true)
          .setMaxLineLen(MAX_HEADER)
          .setMaxHeaderLen(MAX_HEADER)
          .setMaxHeaderCount(MAX_HEADERS)
          .setCountLineNumbers(false)
          .build();

  private final Pictures pictures;
  private final int maxParts;
  private final Map<String, List<String>> parameters = new LinkedHashMap<>();
  private final Set<String> otherFiles = new LinkedHashSet<>();
  private int parts;
  private int text;

  /**
   * @param pictures where they go
   * @param maxPictures that a form may have
   */
  FormReader(Pictures pictures, int maxPictures) {
    this.pictures = pictures;
    this.maxParts = maxPictures + MAX_FIELDS;
  }

  /** The fields that are no pictures. */
  Map<String, List<String>> parameters() {
    return parameters;
  }

  /** Names of fields that held files and are not asked for. */
  Set<String> otherFiles() {
    return otherFiles;
  }

  /**
   * Reads the form to its end.
   *
   * @param boundary between its parts
   * @throws ProblemException (FORM_MALFORMED, FORM_TOO_LARGE, REQUEST_TOO_LARGE, IMAGE_TRUNCATED,
   *     OVERLOADED, and what the body throws)
   */
  void read(InputStream body, String boundary) throws IOException {
    if (boundary.isEmpty() || boundary.length() > MAX_BOUNDARY) {
      throw malformed("its boundary must have 1 to %d characters".formatted(MAX_BOUNDARY), null);
    }
    try {
      readParts(body, boundary);
    } catch (MimeException | IOException e) {
      throw problem(e, boundary);
    }
    // What comes after the last part says nothing, and is read for the connection's sake.
    body.transferTo(OutputStream.nullOutputStream());
  }

  private void readParts(InputStream body, String boundary) throws IOException, MimeException {
    MimeTokenStream form = new MimeTokenStream(CONFIG, DecodeMonitor.SILENT, null, null);
    form.parseHeadless(
        body,
        "multipart/form-data; boundary=\"%s\""
            .formatted(boundary.replace("\\", "\\\\").replace("\"", "\\\"")));
    // A part that is itself a multipart is a file like any other.
    form.setRecursionMode(RecursionMode.M_FLAT);
    PartHeader header = PartHeader.NONE;
    for (EntityState state = form.getState();
        state != EntityState.T_END_OF_STREAM;
        state = form.next()) {
      switch (state) {
        case T_START_BODYPART -> {
          header = PartHeader.NONE;
          if (++parts > maxParts) {
            throw tooLarge("may have %d parts, and has more".formatted(maxParts));
          }
        }
        case T_FIELD -> header = header.with(form.getField());
        case T_BODY -> take(header, form.getDecodedInputStream());
        default -> {
          // The form's own beginning and end.
        }
      }
    }
  }

  private void take(PartHeader header, InputStream content) throws IOException {
    if (PictureField.isOne(header.name())) {
      pictures.take(header.name(), content);
    } else if (header.isFile()) {
      // Passed over: the parser goes on to the next boundary.
      otherFiles.add(ProblemException.shortened(header.name()));
    } else if (!header.name().isEmpty()) {
      byte[] value = content.readNBytes(UploadLimits.MAX_TEXT - text + 1);
      text += value.length;
      if (text > UploadLimits.MAX_TEXT) {
        throw tooLarge("may have %,d bytes besides its pictures".formatted(UploadLimits.MAX_TEXT));
      }
      parameters
          .computeIfAbsent(header.name(), name -> new ArrayList<>())
          .add(new String(value, header.charset()));
    }
  }

  private ProblemException problem(Exception e, String boundary) {
    for (Throwable t = e; t != null; t = t.getCause()) {
      if (t instanceof MaxLineLimitException
          || t instanceof MaxHeaderLimitException
          || t instanceof MaxHeaderLengthLimitException) {
        return tooLarge(
            "may have %,d bytes and %d lines of headers in each part, and has more"
                .formatted(MAX_HEADER, MAX_HEADERS - 1));
      }
    }
    return parts == 0
        ? malformed(
            "no line of it is its boundary, '--%s'".formatted(ProblemException.shortened(boundary)),
            e)
        : new ProblemException(
            ProblemType.IMAGE_TRUNCATED,
            "The form breaks off in its part %d: its last boundary is missing.".formatted(parts),
            e);
  }

  /** The refusal of a form that is none. */
  static ProblemException malformed(String why, @Nullable Throwable cause) {
    return new ProblemException(
        ProblemType.FORM_MALFORMED, "The form cannot be read: %s.".formatted(why), cause);
  }

  private static ProblemException tooLarge(String what) {
    return new ProblemException(ProblemType.FORM_TOO_LARGE, "A form %s.".formatted(what));
  }
}
