package org.resnetserving.connection;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.resnetserving.RawHttp;
import org.resnetserving.RawHttp.Raw;
import org.resnetserving.RunningServer;
import org.resnetserving.ServerTest;
import org.springframework.boot.test.web.server.LocalServerPort;

/** One request has one answer, and what is no request of HTTP/1.1 ends the connection. */
@ServerTest
final class SmugglingIT {
  private final int port;

  SmugglingIT(@LocalServerPort int port) {
    this.port = port;
    new RunningServer(port).awaitReady();
  }

  static Stream<Smuggling> requests() {
    return Smuggling.all().stream();
  }

  @ParameterizedTest
  @MethodSource("requests")
  void request_whoseEndIsUnclear_isAnsweredOnceAndEndsTheConnection(Smuggling request)
      throws IOException {
    try (RawHttp http = new RawHttp(port)) {
      List<Raw> answers = http.send(request.text()).answers();
      assertThat(answers).as(() -> heads(answers)).hasSize(request.answers());
      if (request.answers() == 1) {
        assertThat(answers.get(0).status()).as(() -> heads(answers)).isIn(400, 415, 501, 505);
        assertThat(answers.get(0).body()).doesNotContain(Smuggling.SMUGGLED);
      } else {
        assertThat(answers.get(1).status()).isEqualTo(404);
        assertThat(answers.get(1).body()).contains(Smuggling.SMUGGLED);
      }
    }
  }

  private static String heads(List<Raw> answers) {
    return String.join(
        "\n", answers.stream().map(answer -> answer.head() + answer.body()).toList());
  }
}
