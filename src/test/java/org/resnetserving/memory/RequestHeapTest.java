package org.resnetserving.memory;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class RequestHeapTest {
  private static final long MEGA = 1 << 20;

  @Test
  void requestsHave_whatIsLeftBesideTheServicesOwn_andWhatItKeeps() {
    assertThat(RequestHeap.bytes(240 * MEGA, 0)).isEqualTo(154 * MEGA);
    assertThat(RequestHeap.bytes(240 * MEGA, 100 * MEGA)).isEqualTo(54 * MEGA);
    assertThat(RequestHeap.bytes(64 * MEGA, 0)).isEqualTo(14 * MEGA);
    assertThat(RequestHeap.bytes(0, 0)).isEqualTo(1);
  }
}
