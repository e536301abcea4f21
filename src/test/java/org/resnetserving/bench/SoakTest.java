package org.resnetserving.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class SoakTest {
  @Test
  void targets_ofWhatGoesUpAndDown_areMet() {
    assertThat(Soak.targets(samples(i -> sample(600 + i % 7, 60 + i % 3, 40))))
        .hasSize(3)
        .allMatch(Target::met);
  }

  @Test
  void targets_ofMemoryThatGrowsByThreePercent_areMissed() {
    assertThat(Soak.targets(samples(i -> sample(600 + 18 * i / 300.0, 60, 40))))
        .extracting(Target::met)
        .containsExactly(false, true, true);
  }

  @Test
  void targets_ofDescriptorsOrThreadsThatAreNotClosed_areMissed() {
    assertThat(Soak.targets(samples(i -> sample(600, 60 + i / 10, 40))))
        .extracting(Target::met)
        .containsExactly(true, false, true);
    assertThat(Soak.targets(samples(i -> sample(600, 60, 40 + i / 20))))
        .extracting(Target::met)
        .containsExactly(true, true, false);
  }

  @Test
  void targets_ofMemoryThatNobodyTells_areMissed() {
    assertThat(Soak.targets(samples(i -> sample(0, 0, 0)))).anyMatch(target -> !target.met());
  }

  @Test
  void heap_ofMetrics_isTheSumOfItsPools() {
    String metrics =
        """
        # TYPE jvm_memory_used_bytes gauge
        jvm_memory_used_bytes{area="heap",id="Eden Space"} 1.5E7
        jvm_memory_used_bytes{area="heap",id="Tenured Gen"} 3000000.0
        jvm_memory_used_bytes{area="nonheap",id="Metaspace"} 7.0E7
        """;
    assertThat(SoakSample.heap(metrics)).isEqualTo(18_000_000);
    assertThat(SoakSample.heap("")).isNaN();
  }

  private static List<SoakSample> samples(IntFunction<SoakSample> of) {
    return IntStream.range(0, 300).mapToObj(of).toList();
  }

  private static SoakSample sample(double resident, long files, long threads) {
    return new SoakSample(0, resident, 100, files, threads);
  }
}
