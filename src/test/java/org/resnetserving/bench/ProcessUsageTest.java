package org.resnetserving.bench;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

@EnabledOnOs(OS.LINUX)
final class ProcessUsageTest {
  private final long pid = ProcessHandle.current().pid();

  @Test
  void of_thisProcess_isWhatItUses() {
    ProcessUsage usage = ProcessUsage.of(pid);
    assertThat(usage.cpuNanos()).isPositive();
    assertThat(usage.busyNanos()).isPositive();
    assertThat(usage.residentBytes()).isBetween(20L << 20, usage.peakBytes());
  }

  @Test
  void filesAndThreads_ofThisProcess_areThoseThatItHas() {
    // Standard input, output and error; the test's thread and the JVM's own.
    assertThat(ProcessUsage.files(pid)).isGreaterThanOrEqualTo(3);
    assertThat(ProcessUsage.threads(pid)).isGreaterThanOrEqualTo(3);
    assertThat(ProcessUsage.files(Integer.MAX_VALUE)).isZero();
    assertThat(ProcessUsage.threads(Integer.MAX_VALUE)).isZero();
  }

  @Test
  void compilerNanos_ofThisProcess_arePartOfItsOwn() {
    // It has compiled by now what starts a test.
    assertThat(ProcessUsage.compilerNanos(pid))
        .isPositive()
        .isLessThan(ProcessUsage.of(pid).cpuNanos());
  }

  @Test
  void compilerNanos_ofNoProcess_areNone() {
    assertThat(ProcessUsage.compilerNanos(Integer.MAX_VALUE)).isZero();
  }
}
