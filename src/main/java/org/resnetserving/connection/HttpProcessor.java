package org.resnetserving.connection;

import jakarta.servlet.ServletConnection;
import java.nio.charset.StandardCharsets;
import org.apache.coyote.Adapter;
import org.apache.coyote.http11.AbstractHttp11Protocol;
import org.apache.coyote.http11.Http11Processor;
import org.apache.tomcat.util.buf.MessageBytes;

/** Tomcat's processor, for what {@link HttpProtocol} says. */
final class HttpProcessor extends Http11Processor {
  HttpProcessor(AbstractHttp11Protocol<?> protocol, Adapter adapter) {
    super(protocol, adapter);
  }

  @Override
  protected ServletConnection getServletConnection() {
    return new Connection(super.getServletConnection(), getSocketWrapper());
  }

  /** Tomcat takes letters, digits, hyphens and dots; an underscore is checked as a hyphen is. */
  @Override
  protected void parseHost(MessageBytes host) {
    String name = host == null || host.isNull() ? "" : host.toString();
    if (name.indexOf('_') < 0 || name.startsWith("_")) {
      super.parseHost(host);
      return;
    }
    byte[] checked = name.replace('_', '-').getBytes(StandardCharsets.ISO_8859_1);
    MessageBytes bytes = MessageBytes.newInstance();
    bytes.setBytes(checked, 0, checked.length);
    super.parseHost(bytes);
    if (!getErrorState().isError()) {
      int port = name.lastIndexOf(':');
      request.serverName().setString(port < 0 ? name : name.substring(0, port));
    }
  }
}
