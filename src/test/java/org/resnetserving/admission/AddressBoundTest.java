package org.resnetserving.admission;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import org.junit.jupiter.api.Test;

final class AddressBoundTest {
  private final AddressBound bound = new AddressBound();
  private final InetAddress one = InetAddress.getLoopbackAddress();

  @Test
  void address_atItsBound_isRefusedUntilOneLeaves() throws Exception {
    InetAddress other = InetAddress.getByAddress(new byte[] {10, 0, 0, 1});
    bound.setMost(2);
    assertThat(bound.enter(one)).isTrue();
    assertThat(bound.enter(one)).isTrue();
    assertThat(bound.enter(one)).isFalse();
    assertThat(bound.enter(other)).isTrue();
    bound.leave(one);
    assertThat(bound.enter(one)).isTrue();
  }

  @Test
  void address_thatLeft_isForgotten() {
    bound.enter(one);
    bound.leave(one);
    bound.leave(one);
    assertThat(bound.count(one)).isZero();
  }
}
