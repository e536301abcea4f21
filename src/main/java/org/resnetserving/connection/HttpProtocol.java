package org.resnetserving.connection;

import org.apache.coyote.Processor;
import org.apache.coyote.http11.Http11NioProtocol;
import org.resnetserving.admission.Ticker;

/**
 * HTTP/1.1 as Tomcat speaks it, and three things that it cannot be told by settings: how long one
 * read waits ({@link Connection}), how many connections one address may have, and that a host's
 * name may have an underscore, as those of Docker Compose have.
 */
public final class HttpProtocol extends Http11NioProtocol {
  private final AddressBound addresses;

  /** By reflection: Tomcat makes it. */
  public HttpProtocol() {
    this(new AddressBound());
  }

  private HttpProtocol(AddressBound addresses) {
    super(new BoundedEndpoint(addresses, Ticker.system()));
    this.addresses = addresses;
  }

  /** How many connections one address may have at any time. */
  public void setConnectionsPerAddress(int most) {
    addresses.setMost(most);
  }

  @Override
  protected Processor createProcessor() {
    return new HttpProcessor(this, getAdapter());
  }
}
