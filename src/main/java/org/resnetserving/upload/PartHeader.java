package org.resnetserving.upload;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import org.apache.james.mime4j.stream.Field;
import org.apache.james.mime4j.util.ByteSequence;
import org.resnetserving.problem.ProblemException;
import org.springframework.http.ContentDisposition;
import org.springframework.http.MediaType;

/**
 * What the headers of a form's part say of it.
 *
 * @param name of its field; empty if it has none
 * @param isFile whether it has the name of a file
 * @param charset of its text
 */
record PartHeader(String name, boolean isFile, Charset charset) {
  /** A part of which nothing is said. */
  static final PartHeader NONE = new PartHeader("", false, StandardCharsets.UTF_8);

  /**
   * What one more header adds.
   *
   * @throws ProblemException (FORM_MALFORMED) if it cannot be read
   */
  PartHeader with(Field header) {
    String value = value(header);
    if (header.getName().equalsIgnoreCase("Content-Disposition")) {
      try {
        ContentDisposition disposition = ContentDisposition.parse(value);
        String field = disposition.getName();
        return new PartHeader(
            field == null ? "" : field, disposition.getFilename() != null, charset);
      } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
        // The latter is what an unbalanced quotation mark makes of Spring's parser.
        throw FormReader.malformed(
            "the header 'Content-Disposition: %s' is malformed"
                .formatted(ProblemException.shortened(value)),
            e);
      }
    }
    if (header.getName().equalsIgnoreCase("Content-Type")) {
      return new PartHeader(name, isFile, charset(value, charset));
    }
    return this;
  }

  /** The header's value as the bytes of UTF-8 that browsers and curl send. */
  private static String value(Field header) {
    ByteSequence raw = header.getRaw();
    if (raw == null) {
      return header.getBody();
    }
    String line = new String(raw.toByteArray(), StandardCharsets.UTF_8);
    return line.substring(line.indexOf(':') + 1).replaceAll("\\r?\\n[ \\t]", " ").strip();
  }

  private static Charset charset(String contentType, Charset otherwise) {
    try {
      Charset said = MediaType.parseMediaType(contentType).getCharset();
      return said == null ? otherwise : said;
    } catch (IllegalArgumentException e) {
      // A picture's content type does not count: its content does.
      return otherwise;
    }
  }
}
