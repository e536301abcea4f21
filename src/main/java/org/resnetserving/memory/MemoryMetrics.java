package org.resnetserving.memory;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.BaseUnits;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.function.Function;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.stereotype.Component;

/**
 * The process's memory and its control group's, as gauges; on Linux, and absent elsewhere. The
 * names are a contract: {@code process_resident_memory_bytes} is what Prometheus' client libraries
 * call it.
 */
@Component
final class MemoryMetrics implements MeterBinder {
  static final String RESIDENT = "process.resident.memory";
  static final String USED = "resnet.memory.used";
  static final String LIMIT = "resnet.memory.limit";

  private final MemoryFiles files;

  @Autowired
  MemoryMetrics() {
    this(MemoryFiles.of(Path.of("/proc"), Path.of("/sys/fs/cgroup")));
  }

  MemoryMetrics(MemoryFiles files) {
    this.files = files;
  }

  @Override
  public void bindTo(MeterRegistry registry) {
    gauge(RESIDENT, "Memory of the process in RAM", MemoryFiles::resident, registry);
    gauge(
        USED,
        "Memory of the control group that cannot be dropped at once",
        MemoryFiles::used,
        registry);
    gauge(
        LIMIT,
        "Memory that the control group may use, or the machine's",
        MemoryFiles::limit,
        registry);
  }

  private void gauge(
      String name,
      String description,
      Function<MemoryFiles, OptionalLong> read,
      MeterRegistry registry) {
    if (read.apply(files).isPresent()) {
      Gauge.builder(name, files, f -> toDouble(read.apply(f)))
          .description(description)
          .baseUnit(BaseUnits.BYTES)
          .register(registry);
    }
  }

  private static double toDouble(OptionalLong bytes) {
    return bytes.isPresent() ? bytes.getAsLong() : Double.NaN;
  }
}
