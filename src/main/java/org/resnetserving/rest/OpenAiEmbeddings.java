package org.resnetserving.rest;

import io.swagger.v3.oas.annotations.media.Schema;
import java.util.List;

/**
 * Embeddings in OpenAI's words.
 *
 * @param object always {@code list}
 * @param data one for each picture, in their order
 * @param model name of the model that answered
 * @param usage of tokens, of which pictures have none
 */
record OpenAiEmbeddings(
    @Schema(example = "list") String object, List<Embedding> data, String model, Usage usage) {
  /**
   * One embedding.
   *
   * @param object always {@code embedding}
   * @param index of the picture
   * @param embedding numbers; or base64 of them as little-endian float32, where that is asked for
   */
  @Schema(name = "OpenAiEmbedding")
  record Embedding(
      @Schema(example = "embedding") String object,
      int index,
      @Schema(oneOf = {float[].class, String.class}) Object embedding) {}

  /** How many tokens were counted: none. */
  record Usage(int promptTokens, int totalTokens) {}
}
