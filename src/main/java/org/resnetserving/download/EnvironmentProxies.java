package org.resnetserving.download;

import java.io.IOException;
import java.net.Authenticator;
import java.net.InetSocketAddress;
import java.net.PasswordAuthentication;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Chooses proxies as command-line tools do: {@code HTTPS_PROXY}, {@code HTTP_PROXY}, {@code
 * ALL_PROXY} and {@code NO_PROXY}, in either case. Java's own {@code -Dhttps.proxyHost} and its kin
 * win where they are set.
 */
final class EnvironmentProxies extends ProxySelector {
  private final @Nullable URI https;
  private final @Nullable URI http;
  private final List<String> except;

  private EnvironmentProxies(@Nullable URI https, @Nullable URI http, List<String> except) {
    this.https = https;
    this.http = http;
    this.except = except;
  }

  /** The proxies that the environment names, or Java's own where its properties name some. */
  static ProxySelector of(Map<String, String> environment, Map<?, ?> properties) {
    ProxySelector own = ProxySelector.getDefault();
    boolean set =
        properties.containsKey("https.proxyHost")
            || properties.containsKey("http.proxyHost")
            || properties.containsKey("socksProxyHost")
            || "true".equals(properties.get("java.net.useSystemProxies"));
    if (set && own != null) {
      return own;
    }
    String no = value(environment, "NO_PROXY");
    return new EnvironmentProxies(
        uri(environment, "HTTPS_PROXY"),
        uri(environment, "HTTP_PROXY"),
        no == null ? List.of() : List.of(no.toLowerCase(Locale.ROOT).strip().split("[\\s,]+")));
  }

  @Override
  public List<Proxy> select(URI url) {
    URI proxy = "https".equals(url.getScheme()) ? https : http;
    if (proxy == null || excepted(url)) {
      return List.of(Proxy.NO_PROXY);
    }
    return List.of(
        new Proxy(
            Proxy.Type.HTTP, InetSocketAddress.createUnresolved(proxy.getHost(), port(proxy))));
  }

  @Override
  public void connectFailed(URI url, SocketAddress proxy, IOException failure) {
    // Nothing to choose from: the download reports the failure.
  }

  /**
   * Answers a proxy's question with the user and password of its address; nobody else's. There is
   * none where no proxy's address has them: Java's client sends no {@code Authorization} of a
   * request's own beside one.
   */
  Optional<Authenticator> authenticator() {
    boolean asked =
        Stream.of(Optional.ofNullable(https), Optional.ofNullable(http))
            .flatMap(Optional::stream)
            .anyMatch(proxy -> proxy.getUserInfo() != null);
    return asked ? Optional.of(users()) : Optional.empty();
  }

  private Authenticator users() {
    return new Authenticator() {
      @Override
      protected @Nullable PasswordAuthentication getPasswordAuthentication() {
        for (URI proxy : new @Nullable URI[] {https, http}) {
          if (getRequestorType() == RequestorType.PROXY
              && proxy != null
              && proxy.getUserInfo() != null
              && proxy.getHost().equalsIgnoreCase(getRequestingHost())
              && port(proxy) == getRequestingPort()) {
            String[] user = proxy.getUserInfo().split(":", 2);
            char[] password = user.length == 2 ? user[1].toCharArray() : new char[0];
            return new PasswordAuthentication(user[0], password);
          }
        }
        return null;
      }
    };
  }

  private boolean excepted(URI url) {
    String host = url.getHost().toLowerCase(Locale.ROOT);
    for (String pattern : except) {
      String name = pattern.replaceFirst("^\\*?\\.", "");
      boolean here =
          pattern.equals("*")
              || host.equals(name)
              || host.endsWith("." + name)
              || (host + ":" + port(url)).equals(name);
      if (here && !name.isEmpty()) {
        return true;
      }
    }
    return false;
  }

  private static @Nullable URI uri(Map<String, String> environment, String name) {
    String text = value(environment, name);
    String shown = name;
    if (text == null) {
      text = value(environment, "ALL_PROXY");
      shown = "ALL_PROXY";
    }
    if (text == null) {
      return null;
    }
    URI proxy = null;
    try {
      proxy = URI.create(text.contains("://") ? text : "http://" + text);
    } catch (IllegalArgumentException e) {
      // said below, without the address: it may hold a password
    }
    if (proxy == null || proxy.getHost() == null || !"http".equals(proxy.getScheme())) {
      throw new IllegalArgumentException(
          shown + " must be http://host:port or http://user:password@host:port");
    }
    return proxy;
  }

  private static @Nullable String value(Map<String, String> environment, String name) {
    String lower = environment.get(name.toLowerCase(Locale.ROOT));
    String value = lower == null || lower.isBlank() ? environment.get(name) : lower;
    return value == null || value.isBlank() ? null : value.strip();
  }

  private static int port(URI url) {
    if (url.getPort() >= 0) {
      return url.getPort();
    }
    return "https".equals(url.getScheme()) ? 443 : 80;
  }
}
