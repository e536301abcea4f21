package org.resnetserving.serving;

import org.resnetserving.problem.ProblemException;

/** What a model is asked about: one picture, in one form or another. */
public sealed interface Input {
  /**
   * A picture's file.
   *
   * @param bytes not copied
   */
  @SuppressWarnings("ArrayRecordComponent") // Made once, compared never.
  record File(byte[] bytes) implements Input {}

  /**
   * What the network reads, made by the client.
   *
   * @param bytes 0 to 255 as unsigned bytes by row, column and channel (RGB), of the side that the
   *     model's preset says; not copied
   */
  @SuppressWarnings("ArrayRecordComponent") // Made once, compared never.
  record Pixels(byte[] bytes) implements Input {}

  /**
   * A picture that did not come through.
   *
   * @param problem why; its outcome
   */
  record Broken(ProblemException problem) implements Input {}
}
