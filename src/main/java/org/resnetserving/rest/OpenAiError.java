package org.resnetserving.rest;

import org.jspecify.annotations.Nullable;

/**
 * A failure in OpenAI's words.
 *
 * @param error what is wrong
 */
record OpenAiError(Failure error) {
  /**
   * What is wrong.
   *
   * @param message in words
   * @param type whose fault it is
   * @param param the parameter that is not what it may be
   * @param code the kind of failure: the last part of our problem types, with underscores
   */
  record Failure(String message, String type, @Nullable String param, String code) {}
}
