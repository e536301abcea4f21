package org.resnetserving.admission;

import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Says who may ask, before anything else of a request is read; the same for all faces. */
@FunctionalInterface
public interface Doorkeeper {
  /**
   * Nothing if the one who asks may.
   *
   * @param headers of the request, by their names in lower case; null where there is none
   * @param from the address that it came from, for the log
   * @throws org.resnetserving.problem.ProblemException that says why not
   */
  void admit(UnaryOperator<@Nullable String> headers, String from);
}
