package org.resnetserving.download;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.URI;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class EnvironmentProxiesTest {

  @Test
  void scheme_choosesTheProxy() {
    Map<String, String> environment =
        Map.of("HTTPS_PROXY", "http://secure:3128", "http_proxy", "plain:8080/");
    assertThat(select(environment, "https://a.example/x")).isEqualTo("secure:3128");
    assertThat(select(environment, "http://a.example/x")).isEqualTo("plain:8080");
  }

  @Test
  void lowerCase_wins_andAllProxyIsTheLastResort() {
    Map<String, String> environment =
        Map.of("HTTPS_PROXY", "upper:1", "https_proxy", "lower:2", "ALL_PROXY", "all:3");
    assertThat(select(environment, "https://a.example/x")).isEqualTo("lower:2");
    assertThat(select(environment, "http://a.example/x")).isEqualTo("all:3");
  }

  @Test
  void port_followsTheScheme() {
    assertThat(select(Map.of("HTTPS_PROXY", "http://proxy"), "https://a.example/x"))
        .isEqualTo("proxy:80");
  }

  @Test
  void noProxy_namesHostsAndTheirSubdomains() {
    Map<String, String> environment =
        Map.of("HTTPS_PROXY", "proxy:1", "NO_PROXY", "a.example, .B.example *.c.example,d:8443");
    for (String direct : List.of("https://a.example", "https://x.a.example", "https://b.example")) {
      assertThat(select(environment, direct)).as(direct).isEqualTo("DIRECT");
    }
    for (String direct :
        List.of("https://x.b.example", "https://x.c.example", "https://d:8443/y")) {
      assertThat(select(environment, direct)).as(direct).isEqualTo("DIRECT");
    }
    for (String proxied : List.of("https://xa.example", "https://d/y", "https://example")) {
      assertThat(select(environment, proxied)).as(proxied).isEqualTo("proxy:1");
    }
    Map<String, String> none = Map.of("HTTPS_PROXY", "proxy:1", "no_proxy", "*");
    assertThat(select(none, "https://a.example")).isEqualTo("DIRECT");
  }

  @Test
  void nothingSet_isDirect() {
    assertThat(select(Map.of(), "https://a.example")).isEqualTo("DIRECT");
    assertThat(select(Map.of("HTTPS_PROXY", " "), "https://a.example")).isEqualTo("DIRECT");
  }

  @Test
  void javaProperties_win() {
    ProxySelector selector =
        EnvironmentProxies.of(
            Map.of("HTTPS_PROXY", "proxy:1"), Map.of("https.proxyHost", "elsewhere"));
    assertThat(selector).isSameAs(ProxySelector.getDefault());
  }

  @Test
  void nonsense_isRefusedWithoutShowingThePassword() {
    for (String bad : List.of("socks5://me:word@proxy:1", "http://me:wo rd@proxy", "http://")) {
      assertThatThrownBy(() -> EnvironmentProxies.of(Map.of("HTTPS_PROXY", bad), Map.of()))
          .hasMessage("HTTPS_PROXY must be http://host:port or http://user:password@host:port");
    }
  }

  private static String select(Map<String, String> environment, String url) {
    Proxy proxy = EnvironmentProxies.of(environment, Map.of()).select(URI.create(url)).get(0);
    return proxy.address() instanceof InetSocketAddress address
        ? address.getHostString() + ":" + address.getPort()
        : proxy.type().name();
  }
}
