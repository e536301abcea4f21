package org.resnetserving.classify;

import java.util.List;
import java.util.Map;
import org.resnetserving.batch.Permit;

/**
 * A picture as it was sent, and the parameters that came with it.
 *
 * @param bytes the picture's file
 * @param parameters of the query, and of the form where there is one
 * @param permit for the memory that the bytes take; whoever holds the upload closes it
 */
record Upload(byte[] bytes, Map<String, List<String>> parameters, Permit permit)
    implements AutoCloseable {
  @Override
  public void close() {
    permit.close();
  }
}
