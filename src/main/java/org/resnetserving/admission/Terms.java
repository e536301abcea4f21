package org.resnetserving.admission;

import java.time.Duration;

/** On which terms requests of one kind are let in, before a byte of their body is read. */
public interface Terms {
  /** The time given to a request that does not ask for one. */
  Duration deadline();

  /** The time that a request may ask for. */
  Duration maxDeadline();

  /**
   * Nothing if a request may come in now.
   *
   * @throws org.resnetserving.problem.ProblemException that says why not
   */
  void requireReady();
}
