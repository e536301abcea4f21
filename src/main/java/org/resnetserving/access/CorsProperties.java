package org.resnetserving.access;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.web.cors.CorsConfiguration;

/**
 * Pages of which other origins may ask, from the browsers of their readers (CORS).
 *
 * @param allowedOrigins each as browsers write it, {@code https://example.org}, or {@code *} for
 *     any; none by default
 * @param maxAge how long a browser may remember that it may
 */
@ConfigurationProperties(CorsProperties.PREFIX)
record CorsProperties(
    @DefaultValue List<String> allowedOrigins, @DefaultValue("1h") Duration maxAge) {
  static final String PREFIX = "resnet.cors";

  private static final Duration LONGEST = Duration.ofDays(1);

  CorsProperties {
    allowedOrigins.forEach(CorsProperties::requireOrigin);
    if (maxAge.isNegative() || maxAge.compareTo(LONGEST) > 0) {
      throw new IllegalArgumentException(PREFIX + ".max-age must be 0s to 24h, but is " + maxAge);
    }
  }

  private static void requireOrigin(String origin) {
    if (origin.equals(CorsConfiguration.ALL)) {
      return;
    }
    String problem = null;
    try {
      URI uri = URI.create(origin);
      if (uri.getScheme() == null || uri.getHost() == null) {
        problem = "begin with a scheme and a host";
      } else if (!origin.equals(uri.getScheme() + "://" + uri.getAuthority())) {
        problem = "end with the host or its port: no slash, no path";
      } else if (!origin.equals(origin.toLowerCase(Locale.ROOT))) {
        problem = "be in lower case, as browsers write it";
      }
    } catch (IllegalArgumentException e) {
      problem = "be an address";
    }
    if (problem != null) {
      throw new IllegalArgumentException(
          "%s.allowed-origins has '%s', but an origin such as https://example.org or http://localhost:3000 must %s"
              .formatted(PREFIX, origin, problem));
    }
  }
}
