package org.resnetserving.problem;

import java.util.stream.Stream;
import org.springframework.http.ProblemDetail;

/** An answer in which parts may have failed: each problem in it names the page about its type. */
public interface HoldsProblems {
  /** Those of the parts that failed. */
  Stream<ProblemDetail> problems();
}
