package org.resnetserving.dataplane;

import java.util.List;
import org.resnetserving.serving.Outcome;

/** Is told what became of a request's pictures, on the request's thread, before it is answered. */
@FunctionalInterface
public interface AnswerListener {
  /** Pictures were answered, or refused one by one. */
  void onOutcomes(List<Outcome> outcomes);
}
