package org.resnetserving.access;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.resnetserving.RunningServer;
import org.resnetserving.RunningServer.Answer;
import org.resnetserving.ServerTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.ApplicationContext;
import org.springframework.security.web.SecurityFilterChain;

/** Where no keys are asked for, nothing of Spring Security is there. */
@ServerTest
final class NoKeysIT {
  private final ApplicationContext context;
  private final RunningServer server;

  NoKeysIT(ApplicationContext context, @LocalServerPort int port) {
    this.context = context;
    server = new RunningServer(port);
  }

  @Test
  void service_withoutKeys_hasNoFilterOfSecurity() {
    assertThat(context.containsBean("springSecurityFilterChain")).isFalse();
    assertThat(context.getBeanNamesForType(SecurityFilterChain.class)).isEmpty();
    assertThat(context.getBeanNamesForType(ApiKeys.class)).isEmpty();
  }

  @Test
  void answer_withoutKeys_hasNoHeaderOfSecurity() {
    Answer answer = server.get("/v1/models");
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.response().headers().map().keySet().stream().map(String::toLowerCase))
        .doesNotContain("set-cookie", "x-frame-options", "x-xss-protection", "pragma", "expires");
    assertThat(server.get("/v3/api-docs").text()).doesNotContain("securitySchemes");
  }
}
