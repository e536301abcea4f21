package org.resnetserving.upload;

import java.io.InputStream;
import java.io.Writer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.resnetserving.problem.ProblemException;
import org.resnetserving.problem.ProblemType;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.TokenStreamFactory;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.core.json.JsonFactory;

/** Reads a JSON body as it arrives: Jackson finds the strings, which go piece by piece. */
final class JsonReader {
  /** Objects and arrays within each other. */
  static final int MAX_DEPTH = 16;

  /** Names, values, beginnings and ends. */
  static final int MAX_TOKENS = 100_000;

  /** Characters that a name may have. */
  private static final int MAX_NAME = 256;

  /** Characters that a number may have. */
  private static final int MAX_NUMBER = 100;

  private static final JsonFactory JSON =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(MAX_DEPTH)
                  .maxTokenCount(MAX_TOKENS)
                  .maxNameLength(MAX_NAME)
                  .maxNumberLength(MAX_NUMBER)
                  // No string is held before it is bounded here.
                  .maxStringLength(Integer.MAX_VALUE)
                  .build())
          // It is UTF-8 (RFC 8259, section 8.1).
          .disable(TokenStreamFactory.Feature.CHARSET_DETECTION)
          .disable(TokenStreamFactory.Feature.INTERN_PROPERTY_NAMES)
          .build();

  private final JsonShape shape;
  private final Pictures pictures;
  private final Map<String, List<String>> parameters = new LinkedHashMap<>();
  private int text;

  /**
   * @param pictures where they go
   */
  JsonReader(JsonShape shape, Pictures pictures) {
    this.shape = shape;
    this.pictures = pictures;
  }

  /** The members that are no pictures. */
  Map<String, List<String>> parameters() {
    return parameters;
  }

  /**
   * Reads the body to its end.
   *
   * @throws ProblemException (JSON_MALFORMED, REQUEST_TOO_LARGE, OVERLOADED, and what the body
   *     throws)
   */
  void read(InputStream body) {
    try (JsonParser json = JSON.createParser(ObjectReadContext.empty(), body)) {
      if (json.nextToken() != JsonToken.START_OBJECT) {
        throw malformed("it is no object", null);
      }
      while (json.nextToken() != JsonToken.END_OBJECT) {
        String name = json.currentName();
        json.nextToken();
        if (name.equals(shape.member())) {
          items(json);
        } else {
          parameter(name, json);
        }
      }
      if (json.nextToken() != null) {
        throw malformed("something follows its end", null);
      }
    } catch (StreamConstraintsException e) {
      throw Pictures.tooLarge("The JSON goes beyond a bound: " + e.getOriginalMessage());
    } catch (JacksonException e) {
      throw malformed(e.getOriginalMessage(), e);
    }
  }

  private void items(JsonParser json) {
    if (json.currentToken() != JsonToken.START_ARRAY) {
      JsonItem.read(json, shape.member(), pictures);
      return;
    }
    for (int i = 0; json.nextToken() != JsonToken.END_ARRAY; i++) {
      JsonItem.read(json, "%s[%d]".formatted(shape.member(), i), pictures);
    }
  }

  private void parameter(String name, JsonParser json) {
    switch (json.currentToken()) {
      case START_OBJECT -> {
        while (json.nextToken() != JsonToken.END_OBJECT) {
          String inner = name + "." + json.currentName();
          json.nextToken();
          parameter(inner, json);
        }
      }
      case START_ARRAY -> {
        while (json.nextToken() != JsonToken.END_ARRAY) {
          parameter(name, json);
        }
      }
      case VALUE_NULL -> {
        // As if it were not there.
      }
      default -> {
        count(name.length());
        StringBuilder value = new StringBuilder();
        json.readString(new Text(value));
        parameters.computeIfAbsent(name, n -> new ArrayList<>()).add(value.toString());
      }
    }
  }

  private void count(int characters) {
    text += characters;
    if (text > UploadLimits.MAX_TEXT) {
      throw Pictures.tooLarge(
          "A request may have %,d characters besides its pictures"
              .formatted(UploadLimits.MAX_TEXT));
    }
  }

  private static ProblemException malformed(String why, @Nullable Throwable cause) {
    return new ProblemException(
        ProblemType.JSON_MALFORMED, "The JSON cannot be read: %s.".formatted(why), cause);
  }

  /** Keeps a parameter's value, as long as all are within their bound. */
  private final class Text extends Writer {
    private final StringBuilder value;

    Text(StringBuilder value) {
      this.value = value;
    }

    @Override
    public void write(char[] piece, int from, int length) {
      count(length);
      value.append(piece, from, length);
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
  }
}
