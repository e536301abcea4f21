package org.resnetserving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Talks to a running server as a client in another process would. */
public final class RunningServer {
  private static final JsonMapper JSON = new JsonMapper();
  private static final String BOUNDARY = "a-boundary-that-no-picture-holds";

  private final HttpClient client =
      HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(30)).build();
  private final String base;

  public RunningServer(int port) {
    this(port, "");
  }

  /** One that serves below a path. */
  public RunningServer(int port, String contextPath) {
    base = "http://127.0.0.1:" + port + contextPath;
  }

  /** An answer: status, headers, and the body as JSON. */
  public record Answer(HttpResponse<byte[]> response) {
    public int status() {
      return response.statusCode();
    }

    public String header(String name) {
      return response.headers().firstValue(name).orElse("");
    }

    public JsonNode json() {
      return JSON.readTree(response.body());
    }

    public String text() {
      return new String(response.body(), StandardCharsets.UTF_8);
    }
  }

  public Answer get(String path, String... headers) {
    HttpRequest.Builder request = request(path).GET();
    return send(headers.length == 0 ? request : request.headers(headers));
  }

  public Answer post(String path, byte[] body, String... headers) {
    return post(path, BodyPublishers.ofByteArray(body), headers);
  }

  public Answer post(String path, BodyPublisher body, String... headers) {
    HttpRequest.Builder request = request(path).POST(body);
    return send(headers.length == 0 ? request : request.headers(headers));
  }

  public Answer put(String path, byte[] body) {
    return send(request(path).PUT(BodyPublishers.ofByteArray(body)));
  }

  public Answer delete(String path) {
    return send(request(path).DELETE());
  }

  /** Waits until all models answer. */
  public void awaitReady() {
    await()
        .atMost(Duration.ofMinutes(2))
        .until(
            () ->
                get("/v1/models")
                    .json()
                    .get("models")
                    .valueStream()
                    .allMatch(model -> model.get("state").stringValue().equals("ready")));
  }

  /** Waits until a model answers; says what is known of it. */
  public JsonNode awaitReady(String model) {
    String address = "/v1/models/" + model;
    await()
        .atMost(Duration.ofMinutes(2))
        .untilAsserted(
            () -> assertThat(get(address).json().get("state").stringValue()).isEqualTo("ready"));
    return get(address).json();
  }

  /** What {@code curl -F field=@file} does. */
  public Answer form(String path, String field, byte[] file, String... headers) {
    return form(path, field, List.of(file), headers);
  }

  /** What {@code curl -F field=@one -F field=@other} does. */
  public Answer form(String path, String field, List<byte[]> files, String... headers) {
    List<byte[]> body = new ArrayList<>();
    for (byte[] file : files) {
      body.add(
          ("%s--%s\r\nContent-Disposition: form-data; name=\"%s\"; filename=\"picture\"\r\n"
                  + "Content-Type: application/octet-stream\r\n\r\n")
              .formatted(body.isEmpty() ? "" : "\r\n", BOUNDARY, field)
              .getBytes(StandardCharsets.UTF_8));
      body.add(file);
    }
    body.add("\r\n--%s--\r\n".formatted(BOUNDARY).getBytes(StandardCharsets.UTF_8));
    HttpRequest.Builder request =
        request(path)
            .POST(BodyPublishers.ofByteArrays(body))
            .header("Content-Type", "multipart/form-data; boundary=" + BOUNDARY);
    return send(headers.length == 0 ? request : request.headers(headers));
  }

  /** A picture of the tests' resources. */
  public static byte[] picture(String name) {
    try {
      return Files.readAllBytes(Path.of("src/test/resources", name));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create(base + path)).timeout(Duration.ofSeconds(60));
  }

  private Answer send(HttpRequest.Builder request) {
    try {
      return new Answer(client.send(request.build(), BodyHandlers.ofByteArray()));
    } catch (IOException e) {
      throw new AssertionError("no answer: " + e, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }
}
