package org.resnetserving.settings;

/** A setting was given that there is not; says which one may have been meant. */
public final class UnknownSetting extends RuntimeException {
  private static final long serialVersionUID = 1L;

  UnknownSetting(String message) {
    super(message);
  }
}
