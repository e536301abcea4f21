package org.resnetserving.memory;

import java.nio.file.Path;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.diagnostics.FailureAnalyzer;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.util.unit.DataSize;

/**
 * Refuses to start with so little memory that Linux would kill the process while it loads a model,
 * which nobody is told the reason of.
 */
public final class MemoryFloor implements FailureAnalyzer {

  /** There is less than the minimum. */
  static final class TooLittle extends IllegalStateException {
    private static final long serialVersionUID = 1;

    TooLittle(String message) {
      super(message);
    }
  }

  /**
   * Does so. An initializer of the server's application context, before anything is loaded.
   *
   * @throws IllegalStateException if there is less than the settings ask for
   */
  public static void require(ConfigurableApplicationContext context) {
    require(
        MemoryFiles.of(Path.of("/proc"), Path.of("/sys/fs/cgroup")),
        Binder.get(context.getEnvironment())
            .bindOrCreate("resnet.memory", MemoryProperties.class)
            .minimum());
  }

  static void require(MemoryFiles files, DataSize minimum) {
    OptionalLong limit = files.limit();
    if (limit.isPresent() && limit.getAsLong() < minimum.toBytes()) {
      throw new TooLittle(
          ("The service may use %d MiB of memory (its control group's limit, or the machine's), and"
                  + " needs %d MiB: with less, Linux kills it while it loads a model.")
              .formatted(DataSize.ofBytes(limit.getAsLong()).toMegabytes(), minimum.toMegabytes()));
    }
  }

  @Override
  public @Nullable FailureAnalysis analyze(Throwable failure) {
    for (Throwable t = failure; t != null; t = t.getCause()) {
      if (t instanceof TooLittle) {
        return new FailureAnalysis(
            t.getMessage(),
            "Give it more (resources.limits.memory in the chart, --memory of a container), or, if the"
                + " model is known to need less, say so by --resnet.memory.minimum.",
            t);
      }
    }
    return null;
  }
}
