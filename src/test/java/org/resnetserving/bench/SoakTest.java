package org.resnetserving.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.resnetserving.bench.SoakLoad.Counts;

final class SoakTest {
  private static final int SAMPLES = 360;
  private static final Counts RIGHT = new Counts(9, 2, 3, 4, 0, 0, 1e-6);

  @Test
  void targets_ofWhatGoesUpAndDown_areMet() {
    assertThat(missed(i -> sample(i, 600 + i % 7, 18 + i % 2, 60 + i % 3, 40))).isEmpty();
    assertThat(Soak.targets(samples(i -> sample(i, 600, 18, 60, 40)))).hasSize(8);
  }

  @Test
  void targets_ofMemoryThatGrowsByThreePercent_areMissed() {
    assertThat(missed(i -> sample(i, 600 + 21.6 * i / SAMPLES, 18, 60, 40)))
        .containsExactly("growth of memory");
  }

  @Test
  void targets_ofWhatGrewInTheFirstSixth_areMet() {
    assertThat(missed(i -> sample(i, i < 58 ? 300 + i : 600, 18, i < 58 ? 10 : 60, 40))).isEmpty();
  }

  @Test
  void targets_ofWhatIsNotClosed_areMissed() {
    assertThat(missed(i -> sample(i, 600, 18, 60 + i / 10, 40)))
        .containsExactly("more file descriptors");
    assertThat(missed(i -> sample(i, 600, 18, 60, 40 + i / 20))).containsExactly("more threads");
    assertThat(missed(i -> sample(i, 600, 18 + i / 40.0, 60, 40)))
        .containsExactly("more direct memory");
  }

  @Test
  void targets_ofMemoryThatNobodyTells_areMissed() {
    assertThat(missed(i -> sample(i, 0, Double.NaN, 0, 0)))
        .containsExactly("growth of memory", "more direct memory");
  }

  @Test
  void targets_ofAnswersThatWentWrong_areMissed() {
    assertThat(missed(i -> sample(i, new Counts(9, 0, 0, 0, i == SAMPLES ? 1 : 0, 0, 0), 0)))
        .containsExactly("wrong answers");
    assertThat(missed(i -> sample(i, new Counts(9, 0, 0, 0, 0, 1, 0), 0)))
        .containsExactly("failures: 5xx and broken connections");
    assertThat(missed(i -> sample(i, Counts.NONE, 0))).containsExactly("right answers");
    assertThat(missed(i -> sample(i, RIGHT, i == 7 ? 0.01 : 0)))
        .containsExactly("difference of the golden answers");
  }

  @Test
  void heap_ofMetrics_isTheSumOfItsPools() {
    String metrics =
        """
        # TYPE jvm_memory_used_bytes gauge
        jvm_memory_used_bytes{area="heap",id="Eden Space"} 1.5E7
        jvm_memory_used_bytes{area="heap",id="Tenured Gen"} 3000000.0
        jvm_memory_used_bytes{area="nonheap",id="Metaspace"} 7.0E7
        jvm_buffer_memory_used_bytes{id="direct"} 1.9E7
        jvm_buffer_memory_used_bytes{id="mapped"} 5.0
        """;
    assertThat(SoakSample.heap(metrics)).isEqualTo(18_000_000);
    assertThat(SoakSample.heap("")).isNaN();
    assertThat(SoakSample.direct(metrics)).isEqualTo(19_000_000);
  }

  private static List<String> missed(IntFunction<SoakSample> of) {
    return Soak.targets(samples(of)).stream()
        .filter(target -> !target.met())
        .map(Target::name)
        .toList();
  }

  private static List<SoakSample> samples(IntFunction<SoakSample> of) {
    return IntStream.rangeClosed(1, SAMPLES).mapToObj(of).toList();
  }

  private static SoakSample sample(int i, Counts counts, double difference) {
    return new SoakSample(10 * i, 600, 100, 18, 60, 40, counts, difference);
  }

  private static SoakSample sample(
      int i, double resident, double direct, long files, long threads) {
    return new SoakSample(10 * i, resident, 100, direct, files, threads, RIGHT, 0);
  }
}
