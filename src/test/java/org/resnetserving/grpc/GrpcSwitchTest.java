package org.resnetserving.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurationMetadata;
import org.springframework.mock.env.MockEnvironment;

final class GrpcSwitchTest {
  private static final String[] NAMES = {
    "org.springframework.boot.webmvc.autoconfigure.WebMvcAutoConfiguration",
    "org.springframework.boot.grpc.server.autoconfigure.GrpcServerAutoConfiguration",
    "org.springframework.boot.grpc.server.autoconfigure.security.GrpcServerSecurityAutoConfiguration",
    null
  };

  @Test
  void match_withoutAPort_leavesAllOfGrpcOut() {
    assertThat(match("")).containsExactly(true, false, false, true);
  }

  @Test
  void match_withAPort_leavesOnlyItsSecurityOut() {
    assertThat(match("9000")).containsExactly(true, true, false, true);
  }

  private static boolean[] match(String port) {
    GrpcSwitch grpc = new GrpcSwitch();
    grpc.setEnvironment(new MockEnvironment().withProperty(GrpcSwitch.PORT, port));
    return grpc.match(NAMES, (AutoConfigurationMetadata) null);
  }
}
