package org.resnetserving.access;

import org.resnetserving.problem.ProblemException;
import org.springframework.security.core.AuthenticationException;

/** Why a request is refused, as Spring Security hands it on. */
final class Unauthorized extends AuthenticationException {
  private static final long serialVersionUID = 1L;

  private final ProblemException problem;

  Unauthorized(ProblemException problem) {
    super(String.valueOf(problem.getMessage()), problem);
    this.problem = problem;
  }

  ProblemException problem() {
    return problem;
  }
}
