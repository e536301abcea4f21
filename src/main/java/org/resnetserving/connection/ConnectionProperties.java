package org.resnetserving.connection;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * Bounds on connections, beside those of {@code server.tomcat}.
 *
 * @param perAddress that one address may have at any time; by default half of what the server takes
 */
@ConfigurationProperties("resnet.connections")
record ConnectionProperties(@Nullable Integer perAddress) {
  ConnectionProperties {
    if (perAddress != null && perAddress < 1) {
      throw new IllegalArgumentException(
          "resnet.connections.per-address must be at least 1, but is " + perAddress);
    }
  }

  /** {@link #perAddress}, or what takes its place where the server takes so many in all. */
  int perAddress(int all) {
    return perAddress != null ? perAddress : Math.max(1, all / 2);
  }
}
