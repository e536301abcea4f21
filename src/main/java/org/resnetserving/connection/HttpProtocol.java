package org.resnetserving.connection;

import org.apache.coyote.Processor;
import org.apache.coyote.http11.Http11NioProtocol;
import org.resnetserving.admission.Ticker;

/**
 * HTTP/1.1 as Tomcat speaks it, and four things that it cannot be told by settings: how long one
 * read waits ({@link Connection}), how many connections one address may have, that the last answer
 * is seen ({@link LingeringClose}), and that a host's name may have an underscore, as those of
 * Docker Compose have.
 */
public final class HttpProtocol extends Http11NioProtocol {
  /**
   * Bytes: where more is left of a refused upload, its answer says that the connection ends, since
   * nobody knows whether all of it will be read.
   */
  private static final int KEPT_REST = 1 << 20;

  private final BoundedEndpoint endpoint;

  /** By reflection: Tomcat makes it. */
  public HttpProtocol() {
    this(new BoundedEndpoint(Ticker.system()));
  }

  private HttpProtocol(BoundedEndpoint endpoint) {
    super(endpoint);
    this.endpoint = endpoint;
  }

  /** How many connections one address may have at any time. */
  public void setConnectionsPerAddress(int most) {
    endpoint.setConnectionsPerAddress(most);
  }

  /** How many connections may have sent half a head; one address may have half of them. */
  public void setHalfHeads(int most) {
    endpoint.setHalfHeads(most);
  }

  /** Bytes that are dropped of a refused upload; negative for any number. */
  @Override
  public void setMaxSwallowSize(int bytes) {
    super.setMaxSwallowSize(bytes < 0 ? KEPT_REST : Math.min(bytes, KEPT_REST));
    endpoint.setMostDropped(bytes < 0 ? Long.MAX_VALUE : bytes);
  }

  @Override
  protected Processor createProcessor() {
    return new HttpProcessor(this, getAdapter());
  }
}
