package org.resnetserving.grpc;

import java.io.IOException;

/**
 * What is done with a call whose message is there.
 *
 * @param <R> the answer's type
 */
@FunctionalInterface
public interface CallWork<R> {
  /**
   * Answers, on a thread that is interrupted if the client leaves.
   *
   * @throws org.resnetserving.problem.ProblemException which becomes the call's status
   */
  R answer(CallMessage message) throws IOException;
}
