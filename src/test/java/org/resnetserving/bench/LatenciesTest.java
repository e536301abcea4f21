package org.resnetserving.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

final class LatenciesTest {
  @Test
  void of_aHundred_areTheRanks() {
    long[] nanos = LongStream.rangeClosed(1, 100).map(i -> (101 - i) * 1_000_000).toArray();
    assertThat(Latencies.of(nanos)).isEqualTo(new Latencies(100, 50, 95, 99, 100));
  }

  @Test
  void of_one_isThatOne() {
    assertThat(Latencies.of(new long[] {2_500_000}))
        .isEqualTo(new Latencies(1, 2.5, 2.5, 2.5, 2.5));
  }

  @Test
  void of_none_areNone() {
    assertThat(Latencies.of(new long[0])).isSameAs(Latencies.NONE);
  }
}
