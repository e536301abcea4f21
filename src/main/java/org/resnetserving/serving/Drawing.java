package org.resnetserving.serving;

import org.resnetserving.admission.Permit;

/**
 * A picture that was drawn, and the permit for its bytes: closed once they are no longer needed.
 */
public final class Drawing implements AutoCloseable {
  private final byte[] png;
  private final Permit permit;

  Drawing(byte[] png, Permit permit) {
    this.png = png;
    this.permit = permit;
  }

  /** The file, not copied. */
  public byte[] png() {
    return png;
  }

  @Override
  public void close() {
    permit.close();
  }
}
