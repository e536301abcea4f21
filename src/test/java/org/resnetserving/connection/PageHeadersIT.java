package org.resnetserving.connection;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.resnetserving.RunningServer;
import org.resnetserving.RunningServer.Answer;
import org.resnetserving.ServerTest;
import org.slf4j.LoggerFactory;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.test.web.server.LocalServerPort;

/** What browsers and terminals are kept from. */
@ServerTest
@ExtendWith(OutputCaptureExtension.class)
final class PageHeadersIT {
  private final RunningServer server;

  PageHeadersIT(@LocalServerPort int port) {
    server = new RunningServer(port);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/swagger-ui/index.html", "/v1/models", "/nowhere"})
  void answer_ofAnyKind_keepsBrowsersFromRunningWhatIsNotOurs(String path) {
    Answer answer = server.get(path);
    assertThat(answer.header("X-Content-Type-Options")).isEqualTo("nosniff");
    assertThat(answer.header("Content-Security-Policy"))
        .contains("default-src 'none'", "script-src 'self'", "frame-ancestors 'none'");
  }

  @Test
  void message_withControlCharacters_isOneThatForgesNoLine(CapturedOutput output) {
    LoggerFactory.getLogger("a.client")
        .warn("name is '{}'", "a\r\n2026 INFO forged \u001b[31m\u0007z");
    assertThat(output.getOut())
        .contains("name is 'a")
        .contains("z'")
        .doesNotContain("\u001b[31m", "\u0007", "a\r")
        .doesNotContainPattern("(?m)^2026 INFO forged");
  }
}
