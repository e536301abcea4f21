package org.resnetserving.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.resnetserving.FreePort;
import org.resnetserving.RunningServer;
import org.resnetserving.ServerTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Sends the example of every documented operation, in every documented form, through Prism, which
 * answers with an error of its own where the request or the answer is not as the document says.
 */
@Tag("ops")
@ServerTest
class OpenApiIT {
  private static final String PRISM =
      Containers.TOOLS.resolve("prism/node_modules/.bin/prism").toString();
  private static final String BOUNDARY = "a-boundary-that-no-picture-holds";

  /** A picture that is text, since Prism takes every body for text. */
  private static final String PICTURE = picture();

  /** What documents' examples name, and those models that are here. */
  private static final Map<String, String> HERE =
      Map.of("resnet50,resnet101", "resnet50-tiny-imagenet,resnet20-cifar10");

  @TempDir private Path folder;

  private final HttpClient client = HttpClient.newHttpClient();
  private final RunningServer server;
  private final int port;
  private JsonNode api;
  private int prismPort;
  private Process prism;

  OpenApiIT(@LocalServerPort int port) {
    this.port = port;
    server = new RunningServer(port);
  }

  @BeforeEach
  void start() throws IOException {
    await().atMost(Duration.ofMinutes(2)).until(this::ready);
    byte[] document = server.get("/v3/api-docs").response().body();
    api = new JsonMapper().readTree(document);
    Path file = Files.write(folder.resolve("api.json"), document);
    prismPort = FreePort.next();
    prism =
        new ProcessBuilder(
                PRISM,
                "proxy",
                file.toString(),
                "http://127.0.0.1:" + port,
                "--errors",
                "--port=" + prismPort)
            .redirectErrorStream(true)
            .redirectOutput(Redirect.to(folder.resolve("prism.log").toFile()))
            .start();
    await().atMost(Duration.ofMinutes(2)).until(this::listens);
  }

  @AfterEach
  void stop() throws InterruptedException {
    prism.destroy();
    prism.waitFor();
  }

  @Test
  void operation_asItsExampleHasIt_isAnsweredAsDocumented() throws Exception {
    assertThat(api.get("openapi").stringValue()).startsWith("3.1");
    int sent = 0;
    for (Map.Entry<String, JsonNode> path : api.get("paths").properties()) {
      for (Map.Entry<String, JsonNode> operation : path.getValue().properties()) {
        String method = operation.getKey().toUpperCase(Locale.ROOT);
        String target = target(path.getKey(), operation.getValue());
        JsonNode content = operation.getValue().at("/requestBody/content");
        if (content.isEmpty()) {
          assertAnswered(method, target, null, BodyPublishers.noBody());
          sent++;
        }
        for (Map.Entry<String, JsonNode> body : content.properties()) {
          send(method, target, body.getKey(), body.getValue());
          sent++;
        }
      }
    }
    assertThat(sent).isGreaterThan(20);
  }

  @Test
  void failure_ofEachKindOfOperation_isAnsweredAsDocumented() throws Exception {
    for (String target : new String[] {"/v1/models/nobody", "/problems/nothing"}) {
      assertValid("GET", target, null, BodyPublishers.noBody());
    }
    assertValid(
        "POST", "/v1/models/nobody/classify", "image/bmp", BodyPublishers.ofString(PICTURE));
    assertValid("POST", "/v1/classify?top_k=999", "image/bmp", BodyPublishers.ofString(PICTURE));
    assertValid("POST", "/v1/classify", "image/bmp", BodyPublishers.ofString("no picture"));
    assertValid(
        "POST",
        "/v1/classify?details=true&rollup=true&views=10&labels=espresso",
        "image/bmp",
        BodyPublishers.ofString(PICTURE));
  }

  @Test
  void request_againstTheDocument_isFoundByPrism() throws Exception {
    assertThat(
            send("POST", "/v1/classify?top_k=0", "image/bmp", BodyPublishers.ofString(PICTURE))
                .body())
        .contains("stoplight.io/prism/errors");
  }

  private void send(String method, String target, String type, JsonNode content) throws Exception {
    if (type.startsWith("multipart/")) {
      String part =
          "--%s\r\nContent-Disposition: form-data; name=\"image\"; filename=\"a.bmp\"\r\n"
              + "Content-Type: image/bmp\r\n\r\n%s\r\n--%s--\r\n";
      assertAnswered(
          method,
          target,
          type + "; boundary=" + BOUNDARY,
          BodyPublishers.ofString(part.formatted(BOUNDARY, PICTURE, BOUNDARY)));
    } else if (type.endsWith("json")) {
      JsonNode example =
          content.has("example")
              ? content.get("example")
              : content.at("/examples").iterator().next().get("value");
      assertAnswered(
          method,
          target,
          type,
          BodyPublishers.ofString(example.isString() ? example.stringValue() : example.toString()));
    } else {
      assertAnswered(
          method, target, type.replace("image/*", "image/bmp"), BodyPublishers.ofString(PICTURE));
    }
  }

  private void assertAnswered(String method, String target, String type, BodyPublisher body)
      throws Exception {
    // No two of the models that are here tell the same classes apart.
    assertThat(assertValid(method, target, type, body))
        .as("%s %s as %s", method, target, type)
        .isEqualTo(target.startsWith("/v1/ensemble/") ? 400 : 200);
  }

  private int assertValid(String method, String target, String type, BodyPublisher body)
      throws Exception {
    HttpResponse<String> answer = send(method, target, type, body);
    assertThat(answer.body())
        .as("%s %s as %s: %d", method, target, type, answer.statusCode())
        .isNotEmpty()
        .doesNotContain("stoplight.io/prism/errors");
    return answer.statusCode();
  }

  private HttpResponse<String> send(String method, String target, String type, BodyPublisher body)
      throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + prismPort + target))
            .timeout(Duration.ofSeconds(60))
            .method(method, body);
    return client.send(
        (type == null ? request : request.header("Content-Type", type)).build(),
        BodyHandlers.ofString());
  }

  /** The path with its parameters' examples, and the query with those that it must have. */
  private static String target(String path, JsonNode operation) {
    String target = path;
    StringBuilder query = new StringBuilder();
    for (JsonNode parameter : operation.path("parameters")) {
      String name = parameter.get("name").stringValue();
      JsonNode given =
          parameter.has("example") ? parameter.get("example") : parameter.at("/schema/example");
      String example = given.isMissingNode() ? "" : given.asString();
      if (parameter.get("in").stringValue().equals("path")) {
        assertThat(example).as("example of %s in %s", name, path).isNotEmpty();
        target = target.replace("{" + name + "}", example);
      } else if (parameter.path("required").asBoolean(false)) {
        query.append(query.isEmpty() ? '?' : '&').append(name).append('=');
        query.append(HERE.getOrDefault(example, example));
      }
    }
    return target + query;
  }

  private boolean ready() {
    return server
        .get("/v1/models")
        .json()
        .get("models")
        .valueStream()
        .allMatch(model -> model.get("state").stringValue().equals("ready"));
  }

  private boolean listens() {
    try (Socket socket = new Socket("127.0.0.1", prismPort)) {
      return socket.isConnected();
    } catch (IOException e) {
      return false;
    }
  }

  /** A BMP of 4×4 pixels in which no byte is above 127. */
  private static String picture() {
    ByteBuffer bmp = ByteBuffer.allocate(102).order(ByteOrder.LITTLE_ENDIAN);
    bmp.put((byte) 'B').put((byte) 'M').putInt(102).putInt(0).putInt(54);
    bmp.putInt(40).putInt(4).putInt(4).putShort((short) 1).putShort((short) 24);
    bmp.putInt(0).putInt(48).putInt(0).putInt(0).putInt(0).putInt(0);
    for (int i = 0; i < 48; i++) {
      bmp.put((byte) (i * 5 % 128));
    }
    return new String(bmp.array(), StandardCharsets.US_ASCII);
  }
}
