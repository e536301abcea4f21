package org.resnetserving.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BatchPolicyTest {
  @ParameterizedTest
  @CsvSource({"1,1,1", "1,2,1", "2,2,1", "3,2,2", "8,2,4", "9,2,5", "9,1,8", "100,2,8", "7,4,2"})
  void share_isWaitingOverFreeWorkersRoundedUp_atMostTheMaximum(
      int waiting, int freeWorkers, int share) {
    BatchPolicy policy = new BatchPolicy(8, Duration.ZERO);

    assertThat(policy.share(waiting, freeWorkers)).isEqualTo(share);
  }

  @Test
  void share_isNotDivided_ifBatchesWereWaitedFor() {
    BatchPolicy policy = new BatchPolicy(8, Duration.ofMillis(2));

    assertThat(policy.share(7, 2)).isEqualTo(7);
    assertThat(policy.share(9, 2)).isEqualTo(8);
  }

  @Test
  void holdBack_isOver_withoutDelay() {
    assertThat(new BatchPolicy(8, Duration.ZERO).holdBackNanos(1, 0)).isZero();
  }

  @Test
  void holdBack_lasts_untilTheBatchIsFullOrTheOldestIsOldEnough() {
    BatchPolicy policy = new BatchPolicy(8, Duration.ofNanos(2000));

    assertThat(policy.holdBackNanos(7, 500)).isEqualTo(1500);
    assertThat(policy.holdBackNanos(8, 500)).isZero();
    assertThat(policy.holdBackNanos(1, 2000)).isZero();
    assertThat(policy.holdBackNanos(1, 3000)).isNegative();
  }

  @Test
  void nonsense_isRefused() {
    assertThatIllegalArgumentException().isThrownBy(() -> new BatchPolicy(0, Duration.ZERO));
    assertThatIllegalArgumentException().isThrownBy(() -> new BatchPolicy(1, Duration.ofNanos(-1)));
  }
}
