package org.resnetserving.cli;

/** The server's settings that a command was given are not right, which was said already. */
final class SettingsRefused extends RuntimeException {
  private static final long serialVersionUID = 1L;

  SettingsRefused(RuntimeException cause) {
    super(cause);
  }
}
