package org.resnetserving.cli;

/** The command line is not what a command takes; says what is. */
final class UsageException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  UsageException(String message) {
    super(message);
  }
}
