package org.resnetserving.shutdown;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How the service takes leave.
 *
 * @param drainDelay how long it still answers after it said that it is not ready, and closes
 *     connections with their answers
 */
@ConfigurationProperties("resnet.shutdown")
record ShutdownProperties(@DefaultValue("0s") Duration drainDelay) {
  private static final Duration LONGEST = Duration.ofMinutes(10);

  ShutdownProperties {
    if (drainDelay.isNegative() || drainDelay.compareTo(LONGEST) > 0) {
      throw new IllegalArgumentException(
          "resnet.shutdown.drain-delay must be 0s to 10m, but is " + drainDelay);
    }
  }
}
