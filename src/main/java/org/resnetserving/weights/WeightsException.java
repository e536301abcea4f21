package org.resnetserving.weights;

import org.jspecify.annotations.Nullable;

/**
 * A weights file that is not read. The message names the file and, where there is one, the key;
 * says what was expected and, where that helps, what to do.
 */
public final class WeightsException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * @param message the diagnosis
   */
  public WeightsException(String message) {
    super(message);
  }

  /**
   * @param message the diagnosis
   * @param cause the failure underneath; null if there is none
   */
  public WeightsException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
