package org.resnetserving.remote;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Proxy;
import java.net.Socket;
import java.net.UnknownHostException;
import java.util.List;
import javax.net.ssl.SSLContext;
import org.apache.hc.client5.http.DnsResolver;
import org.apache.hc.client5.http.classic.methods.HttpGet;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.impl.DefaultSchemePortResolver;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.io.BasicHttpClientConnectionManager;
import org.apache.hc.client5.http.impl.io.DefaultHttpClientConnectionOperator;
import org.apache.hc.client5.http.impl.io.ManagedHttpClientConnectionFactory;
import org.apache.hc.client5.http.impl.routing.DefaultRoutePlanner;
import org.apache.hc.client5.http.ssl.DefaultClientTlsStrategy;
import org.apache.hc.client5.http.ssl.TlsSocketStrategy;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.HttpHeaders;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.http.config.RegistryBuilder;
import org.apache.hc.core5.io.CloseMode;
import org.apache.hc.core5.util.Timeout;

/**
 * One request to a target, on a connection of its own to an address that was checked. The client
 * knows no other addresses and no way to find any, follows no redirects, keeps nothing (cookies,
 * passwords, connections) and asks no proxy, whatever Java's properties say.
 */
final class Visit implements AutoCloseable {
  /** Characters of a header's line, and lines: more than any file's answer needs. */
  private static final Http1Config BOUNDS =
      Http1Config.custom()
          .setMaxLineLength(8192)
          .setMaxHeaderCount(100)
          .setMaxEmptyLineCount(1)
          .build();

  private final HttpHost host;
  private final HttpGet request;
  private final BasicHttpClientConnectionManager connections;
  private final CloseableHttpClient client;

  /**
   * @param addresses of the target's host, all checked
   * @param most that any one wait takes; whoever visits cancels before
   */
  Visit(Target target, InetAddress[] addresses, SSLContext tls, Timeout most) {
    this.host = new HttpHost(target.secure() ? "https" : "http", target.host(), target.port());
    this.request = new HttpGet(target.uri());
    request.setHeader(HttpHeaders.ACCEPT, "image/*");
    request.setHeader(HttpHeaders.ACCEPT_ENCODING, "identity");
    request.setHeader(HttpHeaders.USER_AGENT, "resnet-serving");
    this.connections = connections(new Known(target.host(), addresses), tls, most);
    this.client =
        HttpClients.custom()
            .setConnectionManager(connections)
            .setRoutePlanner(new DefaultRoutePlanner(DefaultSchemePortResolver.INSTANCE))
            .setConnectionReuseStrategy((sent, answered, context) -> false)
            .setDefaultRequestConfig(
                RequestConfig.custom()
                    .setResponseTimeout(most)
                    .setConnectionRequestTimeout(most)
                    .setAuthenticationEnabled(false)
                    .setProtocolUpgradeEnabled(false)
                    .build())
            .disableRedirectHandling()
            .disableAutomaticRetries()
            .disableCookieManagement()
            .disableAuthCaching()
            .disableContentCompression()
            .build();
  }

  private static BasicHttpClientConnectionManager connections(
      DnsResolver known, SSLContext tls, Timeout most) {
    BasicHttpClientConnectionManager connections =
        new BasicHttpClientConnectionManager(
            new DefaultHttpClientConnectionOperator(
                // Java would ask its default proxy selector for a SOCKS proxy.
                none -> new Socket(Proxy.NO_PROXY),
                DefaultSchemePortResolver.INSTANCE,
                known,
                RegistryBuilder.<TlsSocketStrategy>create()
                    .register("https", new DefaultClientTlsStrategy(tls))
                    .build()),
            ManagedHttpClientConnectionFactory.builder().http1Config(BOUNDS).build());
    connections.setConnectionConfig(
        ConnectionConfig.custom().setConnectTimeout(most).setSocketTimeout(most).build());
    return connections;
  }

  /**
   * Asks, and waits for the header of the answer. Its body comes as it is read.
   *
   * @throws IOException if it does not come, or the visit is cancelled
   */
  ClassicHttpResponse answer() throws IOException {
    return client.executeOpen(host, request, null);
  }

  /** Ends it at once, whatever it waits for; from any thread. */
  void cancel() {
    request.cancel();
  }

  /** Closes the connection, and reads nothing more from it. */
  @Override
  public void close() {
    request.cancel();
    connections.close(CloseMode.IMMEDIATE);
  }

  /** The one host of which addresses are known. */
  private record Known(String host, List<InetAddress> addresses) implements DnsResolver {
    Known(String host, InetAddress[] addresses) {
      this(host, List.of(addresses));
    }

    @Override
    public InetAddress[] resolve(String asked) throws UnknownHostException {
      if (!asked.equals(host)) {
        throw new UnknownHostException(asked);
      }
      return addresses.toArray(InetAddress[]::new);
    }

    @Override
    public String resolveCanonicalHostname(String asked) {
      return asked;
    }
  }
}
