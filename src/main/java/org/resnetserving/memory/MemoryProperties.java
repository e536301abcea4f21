package org.resnetserving.memory;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * How much memory the service must have.
 *
 * @param minimum below which it refuses to start; 0 for no such limit
 */
@ConfigurationProperties("resnet.memory")
public record MemoryProperties(@DefaultValue("768MB") DataSize minimum) {

  /** Refuses nonsense. */
  public MemoryProperties {
    if (minimum.isNegative()) {
      throw new IllegalArgumentException(
          "resnet.memory.minimum must be 0 or more, but is " + minimum);
    }
  }
}
