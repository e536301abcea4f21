package org.resnetserving.bulk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ShardTest {
  @Test
  void shards_haveEachPictureOnce() {
    assertThat(LongStream.range(0, 100))
        .allMatch(
            place -> IntStream.range(0, 7).filter(i -> new Shard(i, 7).holds(place)).count() == 1);
  }

  @Test
  void parse_both_isThat() {
    assertThat(Shard.parse("2/8", null)).isEqualTo(new Shard(2, 8));
    assertThat(Shard.parse("2/8", "5")).isEqualTo(new Shard(2, 8));
  }

  @Test
  void parse_aCount_takesTheIndexOfTheJob() {
    assertThat(Shard.parse("8", "5")).isEqualTo(new Shard(5, 8));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Shard.parse("8", null))
        .withMessageContaining("JOB_COMPLETION_INDEX")
        .withMessageContaining("0/8");
    assertThatIllegalArgumentException().isThrownBy(() -> Shard.parse("8", "first"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"8/8", "0/0", "-1/8", "a/8", "1/", "/8", ""})
  void parse_whatThereIsNot_isRefused(String text) {
    assertThatIllegalArgumentException().isThrownBy(() -> Shard.parse(text, "0"));
  }
}
