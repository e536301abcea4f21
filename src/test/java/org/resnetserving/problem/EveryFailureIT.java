package org.resnetserving.problem;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.resnetserving.RawHttp;
import org.resnetserving.RawHttp.Raw;
import org.resnetserving.RunningServer;
import org.resnetserving.ServerTest;
import org.springframework.boot.test.web.server.LocalManagementPort;
import org.springframework.boot.test.web.server.LocalServerPort;

/**
 * Whatever goes wrong, wherever: the answer is a problem document with a type of the closed list.
 */
@ServerTest
final class EveryFailureIT {
  private static final String PREFIX = "urn:resnet-serving:problem:";
  private static final Set<String> TYPES =
      Arrays.stream(ProblemType.values())
          .map(type -> type.uri().toString())
          .collect(Collectors.toSet());

  private final int port;
  private final int managementPort;

  EveryFailureIT(@LocalServerPort int port, @LocalManagementPort int managementPort) {
    this.port = port;
    this.managementPort = managementPort;
  }

  @BeforeEach
  void waitUntilReady() {
    RunningServer server = new RunningServer(port);
    await().atMost(Duration.ofMinutes(2)).until(() -> server.get("/readyz").status() == 200);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          no such path            | GET /nowhere HTTP/1.1~Host: x                                              | 404 | path-unknown
          Spring's error page     | GET /error HTTP/1.1~Host: x                                                | 404 | path-unknown
          another method          | GET /v1/classify HTTP/1.1~Host: x                                          | 405 | method-not-allowed
          a method nobody knows   | BREW /v1/classify HTTP/1.1~Host: x                                         | 405 | method-not-allowed
          TRACE                   | TRACE /v1/models HTTP/1.1~Host: x                                          | 405 | method-not-allowed
          not accepted            | GET /v1/models HTTP/1.1~Host: x~Accept: image/png                          | 406 | not-acceptable
          expectation             | POST /v1/classify HTTP/1.1~Host: x~Expect: cake~Content-Length: 0          | 417 | expectation-unsupported
          condition, of pictures  | POST /v1/classify HTTP/1.1~Host: x~Content-Type: image/jpeg~If-None-Match: "a"~Content-Length: 1~~x | 412 | precondition-failed
          slash, encoded          | GET /v1/models/a%2Fb HTTP/1.1~Host: x                                      | 400 | request-malformed
          path, badly encoded     | GET /v1/models/%zz HTTP/1.1~Host: x                                        | 400 | request-malformed
          path with a brace       | GET /v1/{ HTTP/1.1~Host: x                                                 | 400 | request-malformed
          query, badly encoded    | POST /v1/classify?x=%zz HTTP/1.1~Host: x~Content-Length: 1~Content-Type: image/jpeg~~x | 400 | parameter-invalid
          no host                 | GET /v1/models HTTP/1.1                                                    | 400 | request-malformed
          a bad host              | GET /v1/models HTTP/1.1~Host: a b                                          | 400 | request-malformed
          a version nobody knows  | GET /v1/models HTTP/9.9~Host: x                                            | 505 | request-malformed
          a bad header            | GET /v1/models HTTP/1.1~Host: x~Na me: y                                   | 400 | request-malformed
          two lengths             | POST /v1/classify HTTP/1.1~Host: x~Content-Length: 1~Content-Length: 2     | 400 | request-malformed
          a coding nobody knows   | POST /v1/classify HTTP/1.1~Host: x~Transfer-Encoding: cake                 | 501 | method-not-allowed
          a broken chunk          | POST /v1/classify HTTP/1.1~Host: x~Content-Type: image/jpeg~Transfer-Encoding: chunked~~zz~ | 400 | request-malformed
          another coding          | POST /v1/classify HTTP/1.1~Host: x~Content-Encoding: br~Content-Length: 1~~x | 415 | encoding-unsupported
          two codings             | POST /v1/classify HTTP/1.1~Host: x~Content-Encoding: gzip~Content-Encoding: gzip~Content-Length: 1~~x | 415 | encoding-unsupported
          gzip that is none       | POST /v1/classify HTTP/1.1~Host: x~Content-Encoding: gzip~Content-Length: 1~~x | 400 | request-malformed
          JSON that is none       | POST /v1/classify HTTP/1.1~Host: x~Content-Type: application/json~Content-Length: 1~~x | 400 | json-malformed
          a form without boundary | POST /v1/classify HTTP/1.1~Host: x~Content-Type: multipart/form-data~Content-Length: 1~~x | 400 | form-malformed
          """)
  void failure_ofTheRequest_isAProblemOfAKnownType(
      String name, String request, int status, String type) throws IOException {
    assertProblem(port, request, status, type);
  }

  @Test
  void header_thatIsTooLong_isSaidToBe() throws IOException {
    Raw answer =
        assertProblem(
            port,
            "GET /v1/models HTTP/1.1~Host: x~Cookie: " + "c".repeat(20_000),
            400,
            "request-malformed");
    assertThat(answer.json().get("detail").stringValue()).containsIgnoringCase("too large");
  }

  @Test
  void path_withASlashAtItsEnd_namesTheOneThatExists() throws IOException {
    Raw answer = assertProblem(port, "GET /v1/models/ HTTP/1.1~Host: x", 404, "path-unknown");
    assertThat(answer.json().get("detail").stringValue()).contains("'/v1/models'");
  }

  @Test
  void host_withAnUnderscore_isServed() throws IOException {
    try (RawHttp http = new RawHttp(port)) {
      assertThat(http.send("GET /v1/models HTTP/1.1\r\nHost: resnet_serving:8080\r\n\r\n").answer())
          .extracting(Raw::status)
          .isEqualTo(200);
    }
  }

  @Test
  void connection_halfClosed_isToldWhatIsMissing() throws IOException {
    try (RawHttp http = new RawHttp(port)) {
      Raw answer =
          http.send(
                  "POST /v1/classify HTTP/1.1\r\nHost: x\r\nContent-Type: image/jpeg\r\n"
                      + "Content-Length: 100\r\n\r\nJPEG")
              .shutdownOutput()
              .answer();
      assertIsProblem(answer, 422, "image-truncated");
    }
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          no such path   | GET /nowhere HTTP/1.1~Host: x                   | 404 | path-unknown
          error page     | GET /error HTTP/1.1~Host: x                     | 404 | path-unknown
          another method | POST /actuator/health HTTP/1.1~Host: x          | 405 | method-not-allowed
          a bad host     | GET /actuator/health HTTP/1.1~Host: a b         | 400 | request-malformed
          slash, encoded | GET /actuator/a%2Fb HTTP/1.1~Host: x            | 400 | request-malformed
          """)
  void failure_onTheManagementPort_isAProblemToo(
      String name, String request, int status, String type) throws IOException {
    assertProblem(managementPort, request, status, type);
  }

  /** What Spring, Tomcat and a body that breaks off are told of at other servers' addresses. */
  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          no such path       | GET /v2/nowhere HTTP/1.1~Host: x                                       | 404
          repository         | POST /v2/repository/index HTTP/1.1~Host: x~Content-Length: 0           | 404
          another method     | GET /v2/models/m/infer HTTP/1.1~Host: x                                | 404
          a bad host         | GET /v2/models HTTP/1.1~Host: a b                                      | 400
          slash, encoded     | GET /v2/models/a%2Fb HTTP/1.1~Host: x                                  | 400
          a broken chunk     | POST /v2/models/resnet50-tiny-imagenet/infer HTTP/1.1~Host: x~Transfer-Encoding: chunked~~zz~ | 400
          a coding           | POST /v2/models/resnet50-tiny-imagenet/infer HTTP/1.1~Host: x~Content-Encoding: br~Content-Length: 1~~x | 400
          a broken instance  | POST /v1/models/resnet50-tiny-imagenet:predict HTTP/1.1~Host: x~Transfer-Encoding: chunked~~zz~ | 400
          a method           | GET /v1/models/resnet50-tiny-imagenet:explain HTTP/1.1~Host: x         | 404
          SageMaker          | GET /invocations HTTP/1.1~Host: x                                      | 405
          """)
  void failure_atAnotherServersAddress_isAnErrorInItsWords(String name, String request, int status)
      throws IOException {
    Raw answer = asked(port, request);
    assertIsError(answer, status);
  }

  @Test
  void header_thatIsTooLong_isSaidInAnotherServersWords() throws IOException {
    Raw answer = asked(port, "GET /v2/models HTTP/1.1~Host: x~Cookie: " + "c".repeat(20_000));
    assertIsError(answer, 400);
    assertThat(answer.json().get("error").stringValue()).containsIgnoringCase("too large");
  }

  private static void assertIsError(Raw answer, int status) {
    assertThat(answer.status()).as(answer.head() + answer.body()).isEqualTo(status);
    assertThat(answer.header("Content-Type")).isEqualTo("application/json");
    assertThat(answer.json().propertyNames()).containsExactly("error");
    assertThat(answer.json().get("error").stringValue()).isNotBlank();
  }

  @Test
  void failure_ofAnyKind_quotesNoControlCharacters() throws IOException {
    Raw answer =
        assertProblem(port, "GET /v1/models/a%1b%0d%0ab HTTP/1.1~Host: x", 404, "model-unknown");
    assertThat(answer.body()).doesNotContain("\\r", "\\n", "\\u001b", "\u001b");
  }

  @Test
  void name_thatIsLong_isShortenedInTheAnswer() {
    String name = "m".repeat(4000);
    assertThat(new RunningServer(port).get("/v1/models/" + name).text()).hasSizeLessThan(1000);
    assertThat(new RunningServer(port).get("/" + name).text()).hasSizeLessThan(1000);
  }

  private static Raw assertProblem(int port, String request, int status, String type)
      throws IOException {
    Raw answer = asked(port, request);
    assertIsProblem(answer, status, type);
    return answer;
  }

  private static Raw asked(int port, String request) throws IOException {
    try (RawHttp http = new RawHttp(port)) {
      String[] parts = request.split("~~", 2);
      String head = parts[0].replace("~", "\r\n") + "\r\n\r\n";
      String body = parts.length < 2 ? "" : parts[1].replace("~", "\r\n");
      return http.send(head + body).answer();
    }
  }

  private static void assertIsProblem(Raw answer, int status, String type) {
    assertThat(answer.status()).as(answer.head() + answer.body()).isEqualTo(status);
    assertThat(answer.header("Content-Type")).startsWith("application/problem+json");
    assertThat(TYPES).contains(answer.json().get("type").stringValue());
    assertThat(answer.json().get("type").stringValue()).isEqualTo(PREFIX + type);
    assertThat(answer.json().get("title").stringValue()).isNotBlank();
    assertThat(answer.json().get("status").intValue()).isEqualTo(status);
    assertThat(answer.json().get("detail").stringValue()).isNotBlank();
  }
}
