package org.resnetserving.programs;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * When a model's programs are timed against each other.
 *
 * @param when it is done by itself
 * @param idleTime without a request, after which it is
 */
@ConfigurationProperties("resnet.tuning")
public record TuningProperties(
    @DefaultValue("idle") When when, @DefaultValue("1m") Duration idleTime) {

  /** When it is done. */
  public enum When {
    /**
     * When nobody has asked for a while; until then what is expected of the processor is served.
     */
    IDLE,
    /** Before the model is ready. */
    START,
    /** Never: {@code models tune} does it. */
    OFF
  }

  /** Refuses nonsense. */
  public TuningProperties {
    if (idleTime.compareTo(Duration.ofSeconds(1)) < 0
        || idleTime.compareTo(Duration.ofDays(1)) > 0) {
      throw new IllegalArgumentException(
          "resnet.tuning.idle-time must be 1s to 1d, but is " + idleTime);
    }
  }
}
