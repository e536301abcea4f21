package org.resnetserving.serving;

import java.util.Locale;

/** Where a model is on its way to answering. */
public enum ModelState {
  /** Nothing has been done yet. */
  PENDING,
  /** Its weights are being fetched. */
  DOWNLOADING,
  /** Its weights are being read and its program written and loaded. */
  COMPILING,
  /** Every worker is running it for the first times. */
  WARMING,
  /** It answers. */
  READY,
  /** It cannot answer; its status says why. */
  FAILED;

  /** The state in lower case, as answers and metrics give it. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
