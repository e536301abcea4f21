package org.resnetserving.weights;

import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.json.JsonReadFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Reads JSON that describes a network, into a tree whose size is bounded. */
public final class BoundedJson {
  /** Most bytes of a document: the largest of a ResNet-152 seen has 1.6 MB. */
  public static final int MAX_BYTES = 16 << 20;

  /** Most tokens: that one has 157 000. */
  static final int MAX_TOKENS = 1_000_000;

  /** How deep a document may nest: networks inside networks. */
  static final int MAX_DEPTH = 128;

  private static final JsonMapper MAPPER =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(MAX_DEPTH)
                          .maxNameLength(1 << 12)
                          .maxNumberLength(64)
                          .maxStringLength(1 << 20)
                          .maxTokenCount(MAX_TOKENS)
                          .maxDocumentLength(MAX_BYTES)
                          .build())
                  .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                  .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
                  .build())
          .build();

  private BoundedJson() {}

  /**
   * Parses a document, as Python writes them: NaN and Infinity are numbers.
   *
   * @param name what messages call it
   * @throws WeightsException if it is no JSON, names a key twice, or is beyond the bounds
   */
  public static JsonNode parse(FileBytes source, String name, byte[] json) {
    if (json.length > MAX_BYTES) {
      throw source.refuse(
          name, "has %d bytes; at most %d are read".formatted(json.length, MAX_BYTES));
    }
    try {
      return MAPPER.readTree(json);
    } catch (JacksonException e) {
      throw new WeightsException(
          "%s: %s: is no JSON that is read: %s"
              .formatted(
                  source.name(),
                  FileBytes.printable(name),
                  FileBytes.printable(e.getOriginalMessage())),
          e);
    }
  }
}
