package org.resnetserving.engine;

/** The native engine did not start, load a program, or run one. */
public final class EngineFailure extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * @param message the diagnosis
   */
  public EngineFailure(String message) {
    super(message);
  }

  /**
   * @param message the diagnosis
   * @param cause the failure underneath
   */
  public EngineFailure(String message, Throwable cause) {
    super(message + ": " + cause.getMessage(), cause);
  }
}
