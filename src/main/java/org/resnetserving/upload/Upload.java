package org.resnetserving.upload;

import java.util.List;
import java.util.Map;
import org.resnetserving.admission.Permit;

/** A picture as it was sent, and the parameters that came with it. Whoever holds it closes it. */
public final class Upload implements AutoCloseable {
  private final byte[] bytes;
  private final Map<String, List<String>> parameters;
  private final Permit permit;

  /**
   * @param bytes the picture's file
   * @param parameters of the query, and of the form where there is one
   * @param permit for the memory that the bytes take
   */
  Upload(byte[] bytes, Map<String, List<String>> parameters, Permit permit) {
    this.bytes = bytes;
    this.parameters = parameters;
    this.permit = permit;
  }

  public byte[] bytes() {
    return bytes;
  }

  public Map<String, List<String>> parameters() {
    return parameters;
  }

  @Override
  public void close() {
    permit.close();
  }
}
