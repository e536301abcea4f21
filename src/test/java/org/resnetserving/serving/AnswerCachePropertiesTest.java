package org.resnetserving.serving;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.util.unit.DataSize;

/** What may be kept, and how long. */
final class AnswerCachePropertiesTest {
  private static final Duration HOUR = Duration.ofHours(1);
  private static final long HALF_OF_THE_HEAP = Runtime.getRuntime().maxMemory() / 2;

  @Test
  void bytes_moreThanHalfOfTheHeap_areRefused() {
    assertThatCode(() -> of(HALF_OF_THE_HEAP, HOUR)).doesNotThrowAnyException();
    assertThatThrownBy(() -> of(HALF_OF_THE_HEAP + 1, HOUR))
        .hasMessageContaining("resnet.cache.max-bytes")
        .hasMessageContaining("half of the heap");
    assertThatThrownBy(() -> of(-1, HOUR)).hasMessageContaining("resnet.cache.max-bytes");
  }

  @ParameterizedTest
  @ValueSource(strings = {"PT0S", "PT0.9S", "-PT1H", "P366D"})
  void age_thatIsNone_orOfYears_isRefused(Duration age) {
    assertThatThrownBy(() -> of(0, age)).hasMessageContaining("resnet.cache.max-age must be 1s");
  }

  private static AnswerCacheProperties of(long bytes, Duration age) {
    return new AnswerCacheProperties(DataSize.ofBytes(bytes), age);
  }
}
