package org.resnetserving.problem;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.resnetserving.RawHttp;
import org.resnetserving.RawHttp.Raw;
import org.resnetserving.RunningServer;
import org.resnetserving.ServerTest;
import org.springframework.boot.test.web.server.LocalManagementPort;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.mock.web.MockServletContext;
import tools.jackson.databind.JsonNode;

/** Every kind of failure has a page, and every problem document says where. */
@ServerTest
final class ProblemPagesIT {
  private static final String BROWSER = "text/html,application/xhtml+xml,*/*;q=0.8";

  private final int port;
  private final int managementPort;
  private final RunningServer server;

  ProblemPagesIT(@LocalServerPort int port, @LocalManagementPort int managementPort) {
    this.port = port;
    this.managementPort = managementPort;
    server = new RunningServer(port);
  }

  @ParameterizedTest
  @EnumSource(ProblemType.class)
  void page_ofEveryType_saysWhenAndWhatToDo(ProblemType type) throws IOException {
    JsonNode json = server.get("/problems/" + type.slug()).json();
    assertThat(json.get("type").stringValue()).isEqualTo(type.uri().toString());
    assertThat(json.get("when").stringValue()).endsWith(".");
    assertThat(json.get("remedy").stringValue()).endsWith(".");
    Raw page = raw(port, "/problems/" + type.slug(), BROWSER);
    assertThat(page.status()).isEqualTo(200);
    assertThat(page.header("Content-Type")).isEqualTo("text/html;charset=UTF-8");
    assertThat(page.header("Content-Security-Policy")).contains("default-src 'none'");
    assertThat(page.body())
        .contains("<html lang=\"en\">", "<title>" + type.title(), "<h1>" + type.title());
  }

  @ParameterizedTest
  @ValueSource(strings = {"*/*", "application/json", "application/*"})
  void page_toOtherClients_isJson(String accept) throws IOException {
    for (String path : new String[] {"/problems", "/problems/overloaded"}) {
      assertThat(raw(port, path, accept).header("Content-Type")).isEqualTo("application/json");
    }
  }

  @Test
  void list_forPeopleAndPrograms_hasAllTypes() throws IOException {
    assertThat(server.get("/problems").json().get("problems").size())
        .isEqualTo(ProblemType.values().length);
    String list = raw(port, "/problems", BROWSER).body();
    for (ProblemType type : ProblemType.values()) {
      assertThat(list).contains("href=\"problems/" + type.slug() + "\"");
    }
  }

  @Test
  void type_asItStandsInADocument_isFoundToo() {
    assertThat(server.get("/problems/urn:resnet-serving:problem:overloaded").json())
        .isEqualTo(server.get("/problems/overloaded").json());
  }

  @Test
  void document_ofAnyFailure_saysWhereItsPageIs() throws IOException {
    String fromSpring = server.get("/v1/models/resnet49").json().get("help").stringValue();
    assertThat(fromSpring).isEqualTo("/problems/model-unknown");
    assertThat(server.get(fromSpring).status()).isEqualTo(200);
    assertThat(raw(managementPort, "/nowhere", "*/*").json().has("help")).isFalse();
  }

  @Test
  void document_thatTheWebServerWrites_saysItToo() throws IOException {
    try (RawHttp http = new RawHttp(port)) {
      Raw answer =
          http.send(
                  "POST /v1/classify HTTP/1.1\r\nHost: x\r\nContent-Type: image/jpeg\r\n"
                      + "Content-Length: 100\r\n\r\nJPEG")
              .shutdownOutput()
              .answer();
      assertThat(answer.json().get("help").stringValue()).isEqualTo("/problems/image-truncated");
    }
  }

  @Test
  void page_underAContextPath_isBelowIt() {
    MockServletContext context = new MockServletContext();
    context.setContextPath("/pictures");
    assertThat(ProblemPages.path(context, ProblemType.OVERLOADED.uri())).isNull();
    new ProblemPages(context);
    assertThat(ProblemPages.path(context, ProblemType.OVERLOADED.uri()))
        .isEqualTo("/pictures/problems/overloaded");
  }

  @Test
  void type_thatThereIsNot_isAProblemItself() {
    assertThat(server.get("/problems/nothing").status()).isEqualTo(404);
  }

  private static Raw raw(int port, String path, String accept) throws IOException {
    try (RawHttp http = new RawHttp(port)) {
      return http.send("GET %s HTTP/1.1\r\nHost: x\r\nAccept: %s\r\n\r\n".formatted(path, accept))
          .answer();
    }
  }
}
