package org.resnetserving.bench;

import java.io.IOException;
import java.nio.ByteBuffer;

/** A connection that a picture is asked about by. For one thread; any thread may close it. */
interface Asking extends AutoCloseable {
  /**
   * Sends a request and waits for its answer.
   *
   * @param request as it goes over the wire; its position stays as it is
   * @return HTTP's status, or the one that means the same
   */
  int ask(ByteBuffer request) throws IOException;

  @Override
  void close();
}
