package org.resnetserving.connection;

import jakarta.servlet.ServletConnection;
import jakarta.servlet.ServletRequest;
import java.time.Duration;
import java.util.Optional;
import org.apache.tomcat.util.net.SocketWrapperBase;

/** The connection that a request came by, whose reads can be told how long to wait. */
public final class Connection implements ServletConnection {
  private final ServletConnection described;
  private final SocketWrapperBase<?> socket;

  Connection(ServletConnection described, SocketWrapperBase<?> socket) {
    this.described = described;
    this.socket = socket;
  }

  /** The connection of a request; nothing where it is not one of {@link HttpProtocol}. */
  public static Optional<Connection> of(ServletRequest request) {
    return request.getServletConnection() instanceof Connection connection
        ? Optional.of(connection)
        : Optional.empty();
  }

  /**
   * From now on a read that has waited so long for the next byte fails with a {@link
   * java.net.SocketTimeoutException}. Parts of a millisecond count as one. The next request on the
   * connection begins with the server's own time again.
   */
  public void waitAtMost(Duration time) {
    // To Tomcat, 0 means for ever.
    socket.setReadTimeout(Math.max(1, time.plusNanos(999_999).toMillis()));
  }

  @Override
  public String getConnectionId() {
    return described.getConnectionId();
  }

  @Override
  public String getProtocol() {
    return described.getProtocol();
  }

  @Override
  public String getProtocolConnectionId() {
    return described.getProtocolConnectionId();
  }

  @Override
  public boolean isSecure() {
    return described.isSecure();
  }
}
