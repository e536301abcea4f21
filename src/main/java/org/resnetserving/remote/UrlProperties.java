package org.resnetserving.remote;

import java.time.Duration;
import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Whether and from where pictures are fetched by their URL.
 *
 * @param hosts that they may be at, such as {@code img.example.org}, {@code *.example.org} or
 *     {@code example.org:8443}; none switches it off
 * @param allowHttp whether {@code http} is taken beside {@code https}
 * @param allowNetworks addresses that are not public and may be connected to all the same, such as
 *     {@code 10.1.0.0/16}
 * @param timeout for one picture, all redirects together; the request's deadline holds besides
 * @param maxRedirects that one picture may take
 * @param maxConcurrent requests that may be fetching at once
 */
@ConfigurationProperties("resnet.url")
public record UrlProperties(
    @DefaultValue List<String> hosts,
    @DefaultValue("false") boolean allowHttp,
    @DefaultValue List<String> allowNetworks,
    @DefaultValue("5s") Duration timeout,
    @DefaultValue("3") int maxRedirects,
    @DefaultValue("16") int maxConcurrent) {
  private static final Duration LONGEST = Duration.ofMinutes(1);
  private static final int MOST_REDIRECTS = 10;
  private static final int MOST_CONCURRENT = 1024;

  public UrlProperties {
    hosts = List.copyOf(hosts);
    allowNetworks = List.copyOf(allowNetworks);
    hosts.forEach(AllowedHost::parse);
    allowNetworks.forEach(Network::parse);
    if (timeout.isNegative() || timeout.isZero() || timeout.compareTo(LONGEST) > 0) {
      throw new IllegalArgumentException(
          "resnet.url.timeout must be more than 0s and at most 1m, but is " + timeout);
    }
    require("max-redirects", maxRedirects, 0, MOST_REDIRECTS);
    require("max-concurrent", maxConcurrent, 1, MOST_CONCURRENT);
  }

  private static void require(String name, int value, int least, int most) {
    if (value < least || value > most) {
      throw new IllegalArgumentException(
          "resnet.url.%s must be %d to %d, but is %d".formatted(name, least, most, value));
    }
  }
}
