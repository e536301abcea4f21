package org.resnetserving.page;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.resnetserving.RunningServer;
import org.resnetserving.RunningServer.Answer;
import org.resnetserving.ServerTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import tools.jackson.databind.JsonNode;

/** The page as it is served; what it does in a browser is for {@code PageInBrowserIT}. */
@ServerTest
final class PageIT {
  private static final Path FILES = Path.of("src/main/resources/org/resnetserving/page");
  private static final long MOST_BYTES = 150_000;
  private static final Pattern ADDRESS = Pattern.compile("(?:src|href)=\"([^\"#]+)\"");

  private final RunningServer server;

  PageIT(@LocalServerPort int port) {
    server = new RunningServer(port);
  }

  @Test
  void page_isServedWithAPolicyThatAllowsNothingUnsafe() {
    Answer page = server.get("/");
    assertThat(page.status()).isEqualTo(200);
    assertThat(page.header("Content-Type")).isEqualTo("text/html;charset=UTF-8");
    assertThat(page.header("ETag")).isNotEmpty();
    assertThat(page.header("Content-Security-Policy"))
        .contains("default-src 'none'", "script-src 'self'", "style-src 'self'")
        .doesNotContain("unsafe");
  }

  @Test
  void everyAddress_isRelativeAndThere() {
    List<String> addresses = addresses(server.get("/").text());
    assertThat(addresses).hasSizeGreaterThan(5);
    for (String address : addresses) {
      assertThat(address).doesNotContain(":").doesNotStartWith("/");
      Answer answer = server.get("/" + address);
      assertThat(answer.status()).as(address).isIn(200, 302);
      if (address.startsWith("page/")) {
        assertThat(answer.header("Cache-Control")).contains("max-age=31536000", "immutable");
      }
    }
  }

  @Test
  void files_togetherAreSmall() throws IOException {
    try (Stream<Path> files = Files.list(FILES)) {
      long bytes = files.mapToLong(file -> file.toFile().length()).sum();
      assertThat(bytes).isBetween(1L, MOST_BYTES);
    }
  }

  @Test
  void script_isInFilesOfOursAlone() throws IOException {
    String html = Files.readString(FILES.resolve("index.html"));
    assertThat(html).doesNotContain("style=").doesNotContainPattern("\\son[a-z]+=");
    assertThat(html.split("<script", -1)).hasSize(2);
  }

  @Test
  void status_afterARequest_countsIt() {
    server.awaitReady();
    byte[] picture = RunningServer.picture("pictures/cat.jpg");
    assertThat(server.form("/v1/classify", "image", picture).status()).isEqualTo(200);
    JsonNode status = server.get("/v1/status").json();
    JsonNode model = status.get("models").get(0);
    assertThat(model.get("state").stringValue()).isEqualTo("ready");
    assertThat(model.get("precision").stringValue()).isEqualTo("fp32");
    assertThat(model.get("why").stringValue()).isNotEmpty();
    assertThat(status.get("uptime_seconds").doubleValue()).isPositive();
    JsonNode durations = model.get("durations");
    assertThat(durations.size()).isEqualTo(status.get("bounds_ms").size());
    assertThat(durations.get(durations.size() - 1).longValue()).isPositive();
  }

  private static List<String> addresses(String html) {
    return ADDRESS.matcher(html).results().map((MatchResult found) -> found.group(1)).toList();
  }
}
