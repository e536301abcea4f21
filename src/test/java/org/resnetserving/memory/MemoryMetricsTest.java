package org.resnetserving.memory;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

final class MemoryMetricsTest {
  @TempDir private Path folder;
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

  @BeforeEach
  void machine() throws IOException {
    write("proc/meminfo", "MemTotal:       16000 kB\nMemFree:        8000 kB\n");
    write("proc/self/status", "Name:\tjava\nVmRSS:\t     600 kB\nVmSwap:\t 0 kB\n");
    Files.createDirectories(folder.resolve("cgroup"));
  }

  @Test
  void groupOfVersionTwo_isReadWithoutPagesThatCanBeDropped() throws IOException {
    write("proc/self/cgroup", "0::/kubepods/pod1/server\n");
    write("cgroup/kubepods/pod1/server/memory.max", "max\n");
    write("cgroup/kubepods/pod1/memory.max", "2048000\n");
    write("cgroup/kubepods/pod1/server/memory.current", "1000000\n");
    write("cgroup/kubepods/pod1/server/memory.stat", "anon 600000\ninactive_file 300000\n");
    assertBytes(614_400, 700_000, 2_048_000);
  }

  @Test
  void groupOfVersionOne_isReadUnderItsControllersFolder() throws IOException {
    write("proc/self/cgroup", "5:cpu:/x\n4:memory:/a/b\n0::/\n");
    write("cgroup/memory/a/b/memory.limit_in_bytes", "9223372036854771712\n");
    write("cgroup/memory/a/b/memory.usage_in_bytes", "900000\n");
    write("cgroup/memory/a/b/memory.stat", "inactive_file 7\ntotal_inactive_file 100000\n");
    assertBytes(614_400, 800_000, 16_000 * 1024);
  }

  @Test
  void groupThatIsMountedAsTheTop_isRead() throws IOException {
    // A container without a namespace of its own sees the machine's path, which is not there.
    write("proc/self/cgroup", "4:memory:/docker/0123\n");
    write("cgroup/memory/memory.limit_in_bytes", "1048576\n");
    write("cgroup/memory/memory.usage_in_bytes", "1000\n");
    assertBytes(614_400, 1_000, 1_048_576);
  }

  @Test
  void groupOutsideOfTheFolder_isNotLookedFor() throws IOException {
    write("proc/self/cgroup", "0::/../../proc\n");
    write("cgroup/memory.max", "4096\n");
    assertBytes(614_400, 614_400, 4_096);
  }

  @Test
  void machineWithoutGroups_hasItsOwnMemory() {
    assertBytes(614_400, 614_400, 16_000 * 1024);
  }

  @Test
  void systemThatIsNoLinux_hasNoneOfThem() {
    new MemoryMetrics(MemoryFiles.of(folder.resolve("no"), folder.resolve("none")))
        .bindTo(registry);
    assertThat(registry.getMeters()).isEmpty();
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void thisMachine_hasAllThree() {
    new MemoryMetrics().bindTo(registry);
    double resident = gauge(MemoryMetrics.RESIDENT);
    assertThat(resident).isGreaterThan(20e6);
    assertThat(gauge(MemoryMetrics.USED)).isPositive();
    assertThat(gauge(MemoryMetrics.LIMIT)).isGreaterThan(resident);
  }

  private void assertBytes(long resident, long used, long limit) {
    new MemoryMetrics(MemoryFiles.of(folder.resolve("proc"), folder.resolve("cgroup")))
        .bindTo(registry);
    assertThat(gauge(MemoryMetrics.RESIDENT)).isEqualTo(resident);
    assertThat(gauge(MemoryMetrics.USED)).isEqualTo(used);
    assertThat(gauge(MemoryMetrics.LIMIT)).isEqualTo(limit);
  }

  private double gauge(String name) {
    return registry.get(name).gauge().value();
  }

  private void write(String file, String text) throws IOException {
    Path path = folder.resolve(file);
    Files.createDirectories(path.getParent());
    Files.writeString(path, text);
  }
}
