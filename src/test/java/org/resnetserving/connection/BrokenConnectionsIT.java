package org.resnetserving.connection;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.SocketException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.resnetserving.FreePort;
import org.resnetserving.RawHttp;
import org.resnetserving.RawHttp.Raw;
import org.resnetserving.RunningServer;
import org.resnetserving.RunningServer.Answer;
import org.resnetserving.ServiceProcess;

/**
 * Clients that crash, crawl, say half of it or come all at once, to the jar as the image starts it:
 * each gets a clear end, all that they held is there again, and the others are answered as ever.
 */
final class BrokenConnectionsIT {
  private static final int MANY = 1_000;
  private static final int RESETS = 500;

  /** Of forty threads, those that requests with a body may hold. */
  private static final int UPLOADS = 36;

  /** Of gRPC's 512 connections, those that one address may have. */
  private static final int GRPC_CONNECTIONS = 256;

  /** One picture may take all the memory that uploads have: what is not given back is missed. */
  private static final int MOST_BYTES = 2 << 20;

  private static final byte[] CAT = RunningServer.picture("pictures/cat.jpg");
  private static final String HEAD =
      "POST /v1/classify HTTP/1.1\r\nHost: x\r\nContent-Type: image/jpeg\r\n";
  private static final String REFUSED =
      "POST /v1/nothing HTTP/1.1\r\nHost: x\r\nContent-Type: image/jpeg\r\n";
  private static final byte[] REQUEST =
      join((HEAD + "Content-Length: " + CAT.length + "\r\n\r\n").getBytes(US_ASCII), CAT);

  /** The same, which may take longer than all that a test does meanwhile. */
  private static final byte[] PATIENT =
      join(
          (HEAD + "Request-Timeout: 60\r\nContent-Length: " + CAT.length + "\r\n\r\n")
              .getBytes(US_ASCII),
          CAT);

  /** All of its head, and some of the picture. */
  private static final int BEGINNING = 250;

  /** The beginning of HTTP/2, and of a frame with the head of a call, of which half is missing. */
  private static final byte[] GRPC =
      "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\4\0\0\0\0\0\0\0\377\1\4\0\0\0\1abc"
          .getBytes(ISO_8859_1);

  @TempDir private static Path folder;

  private static ServiceProcess service;
  private static RunningServer client;
  private static int grpcPort;
  private static String labels;
  private static int files;
  private static int threads;

  private final List<RawHttp> clients = new ArrayList<>();

  @BeforeAll
  static void start() throws IOException {
    grpcPort = FreePort.next();
    service =
        ServiceProcess.startAsInTheImage(
            folder,
            "--models=" + ServiceProcess.SMALL,
            "--resnet.serving.precision=fp32",
            "--resnet.serving.max-batch=1",
            "--resnet.tuning.when=off",
            "--resnet.image.max-bytes=" + MOST_BYTES,
            "--resnet.admission.uploads=" + MOST_BYTES,
            "--resnet.admission.min-upload-rate=0",
            "--server.tomcat.threads.max=40",
            "--server.tomcat.connection-timeout=5s",
            "--spring.grpc.server.port=" + grpcPort);
    service.awaitReady(ServiceProcess.SMALL);
    client = service.client();
    labels = answered().body();
    // All of its threads are there before they are counted, and no connection is.
    List<RawHttp> all = new ArrayList<>();
    for (int i = 0; i < UPLOADS; i++) {
      all.add(new RawHttp(service.port()).send(REQUEST));
    }
    for (RawHttp one : all) {
      one.answer();
      one.close();
    }
    try (RawHttp grpc = new RawHttp(grpcPort)) {
      grpc.send(GRPC);
    }
    assertThat(picture(CAT).text()).isEqualTo(labels);
    service.metrics();
    files = service.files();
    threads = service.threads();
  }

  @AfterAll
  static void stop() throws InterruptedException {
    service.close();
  }

  @AfterEach
  void everythingIsThereAgain() throws IOException {
    for (RawHttp client : clients) {
      client.close();
    }
    await()
        .atMost(Duration.ofMinutes(1))
        .untilAsserted(
            () -> {
              assertThat(service.files()).isLessThanOrEqualTo(files + 3);
              assertThat(service.metrics())
                  .contains("resnet_queued{model=\"resnet20-cifar10\"} 0.0")
                  .contains("resnet_running{model=\"resnet20-cifar10\"} 0.0");
            });
    // Those of Tomcat that there may be, those of gRPC, and of the JVM's compilers: not one for
    // each of a thousand.
    assertThat(service.threads()).isLessThanOrEqualTo(threads + 40);
    // A picture for which all of the memory is needed, and as many as may come at once.
    byte[] all = Arrays.copyOf(CAT, MOST_BYTES);
    await().atMost(Duration.ofMinutes(1)).until(() -> picture(all).status() == 200);
    List<RawHttp> uploads = new ArrayList<>();
    for (int i = 0; i < UPLOADS; i++) {
      uploads.add(client().send(Arrays.copyOf(PATIENT, BEGINNING)));
    }
    await().atMost(Duration.ofMinutes(1)).until(() -> picture(CAT).status() == 429);
    for (RawHttp upload : uploads) {
      assertThat(upload.hasAnswer()).isFalse();
      upload.send(Arrays.copyOfRange(PATIENT, BEGINNING, PATIENT.length));
    }
    for (RawHttp upload : uploads) {
      assertThat(upload.answer().status()).isEqualTo(200);
      upload.close();
    }
    assertThat(answered().body()).isEqualTo(labels);
    assertThat(service.log()).doesNotContain(" ERROR ");
  }

  @Test
  void uploads_thatAreReset_leaveNothingBehind() throws IOException {
    List<byte[]> beginnings =
        List.of(
            "POST /v1/cl".getBytes(US_ASCII),
            (HEAD + "Content-Length: 900000\r\n\r\n").getBytes(US_ASCII),
            join((HEAD + "Content-Length: 900000\r\n\r\n").getBytes(US_ASCII), CAT),
            join((HEAD + "Transfer-Encoding: chunked\r\n\r\nf0000\r\n").getBytes(US_ASCII), CAT),
            join(
                ("POST /v1/classify HTTP/1.1\r\nHost: x\r\n"
                        + "Content-Type: multipart/form-data; boundary=X\r\n"
                        + "Content-Length: 900000\r\n\r\n--X\r\n"
                        + "Content-Disposition: form-data; name=\"image\"; filename=\"a\"\r\n\r\n")
                    .getBytes(US_ASCII),
                CAT),
            REQUEST);
    for (int i = 0; i < RESETS; i++) {
      RawHttp client = new RawHttp(service.port());
      client.send(beginnings.get(i % beginnings.size()));
      client.reset();
    }
    for (int i = 0; i < RESETS / 5; i++) {
      new RawHttp(grpcPort).send(GRPC).reset();
    }
    // Those of which all had come are asked for, though nobody waits.
    await().atMost(Duration.ofMinutes(1)).until(() -> picture(CAT).status() == 200);
    assertThat(answered().body()).isEqualTo(labels);
  }

  @Test
  void requests_thatComeByteByByte_holdNobodyUp() throws IOException {
    byte[] head = ("GET /livez HTTP/1.1\r\nHost: x\r\nX: " + "x".repeat(4000)).getBytes(US_ASCII);
    byte[] body = "Request-Timeout: 10\r\nContent-Length: 900000\r\n\r\n".getBytes(US_ASCII);
    List<RawHttp> heads = new ArrayList<>();
    List<RawHttp> bodies = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      heads.add(client());
    }
    for (int i = 0; i < UPLOADS / 2; i++) {
      bodies.add(client().send(HEAD).send(body));
    }
    for (int i = 0; i < 10; i++) {
      for (RawHttp client : heads) {
        client.send(new byte[] {head[i]});
      }
      for (RawHttp client : bodies) {
        client.send(new byte[] {CAT[i]});
      }
      assertThat(answered().body()).isEqualTo(labels);
    }
    // To the end: a head for as long as a connection may be silent, a body for its deadline.
    for (int i = 10; !heads.isEmpty(); i++) {
      byte[] next = {head[i % head.length]};
      heads.removeIf(client -> refused(client, next));
      for (RawHttp client : bodies) {
        if (!client.hasAnswer()) {
          client.send(next);
        }
      }
      assertThat(answered().body()).isEqualTo(labels);
    }
    for (RawHttp client : bodies) {
      Raw answer = client.answer();
      assertThat(answer.status()).isEqualTo(408);
      assertThat(answer.json().get("type").stringValue()).endsWith(":upload-timeout");
      assertThat(client.closed()).isTrue();
    }
  }

  /** Sends it, unless the connection is closed. */
  private static boolean refused(RawHttp client, byte[] bytes) {
    try {
      client.send(bytes);
      return false;
    } catch (SocketException e) {
      return true;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void refusedUpload_ofWhichLittleIsLeft_leavesItsConnectionForTheNext() throws IOException {
    RawHttp client = client().send(REFUSED + "Content-Length: " + CAT.length + "\r\n\r\n");
    Raw refusal = client.answer();
    assertThat(refusal.status()).isEqualTo(404);
    assertThat(refusal.header("Connection")).isNotEqualTo("close");
    assertThat(client.send(CAT).send(REQUEST).answer().body()).isEqualTo(labels);
  }

  @Test
  void refusedUpload_ofWhichMuchIsLeft_endsItsConnection_andIsReadAllTheSame() throws Exception {
    byte[] piece = new byte[1 << 20];
    int pieces = 8;
    RawHttp client =
        client().send(REFUSED + "Content-Length: " + pieces * piece.length + "\r\n\r\n");
    Raw refusal = client.answer();
    assertThat(refusal.status()).isEqualTo(404);
    assertThat(refusal.header("Connection")).isEqualTo("close");
    for (int i = 0; i < pieces; i++) {
      // For longer than what does not come is waited for, but faster than it must come.
      Thread.sleep(400);
      client.send(piece);
    }
    assertThat(client.closed()).isTrue();
  }

  @Test
  void client_thatSendsNoMoreAfterItsRequest_isAnswered() throws IOException {
    RawHttp client = client().send(REQUEST).shutdownOutput();
    assertThat(client.answer().body()).isEqualTo(labels);
    assertThat(client.closed()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Content-Length: 900000\r\n\r\nJPEG",
        "Transfer-Encoding: chunked\r\n\r\nf0000\r\nJPEG",
        "Transfer-Encoding: chunked\r\n\r\n4\r\nJPEG\r\n"
      })
  void client_thatSendsNoMoreWithinItsBody_isToldSo(String rest) throws IOException {
    RawHttp client = client().send(HEAD + rest).shutdownOutput();
    Raw answer = client.answer();
    assertThat(answer.status()).as(answer.body()).isBetween(400, 422);
    assertThat(answer.json().get("type").stringValue()).startsWith("urn:resnet-serving:problem:");
    assertThat(client.closed()).isTrue();
  }

  @Test
  void client_thatSendsNoMoreWithinItsHead_isClosed() throws IOException {
    assertThat(client().send("POST /v1/classify HTT").shutdownOutput().closed()).isTrue();
  }

  @Test
  void thousandConnections_thatAreIdle_takeNothingFromOthers() throws IOException {
    for (int i = 0; i < MANY; i++) {
      client();
    }
    assertThat(answered().body()).isEqualTo(labels);
    for (int i = 0; i < MANY; i++) {
      RawHttp client = new RawHttp(grpcPort);
      clients.add(client);
      client.send(GRPC);
    }
    assertThat(answered().body()).isEqualTo(labels);
    await()
        .atMost(Duration.ofMinutes(1))
        .until(() -> service.files() <= files + 3 + MANY + GRPC_CONNECTIONS);
  }

  @Test
  void thousandRequests_atOnce_areAnsweredOrRefused() throws IOException {
    for (int i = 0; i < MANY; i++) {
      client().send(REQUEST);
    }
    int good = 0;
    for (RawHttp client : clients) {
      Raw answer = client.answer();
      if (answer.status() == 200) {
        assertThat(answer.body()).isEqualTo(labels);
        good++;
      } else {
        assertThat(answer.status()).isEqualTo(429);
        assertThat(answer.json().get("type").stringValue()).endsWith(":overloaded");
        assertThat(answer.header("Retry-After")).isNotEmpty();
      }
    }
    assertThat(good).isPositive();
  }

  private static Answer picture(byte[] bytes) {
    return client.post("/v1/classify", bytes, "Content-Type", "image/jpeg");
  }

  private RawHttp client() throws IOException {
    RawHttp client = new RawHttp(service.port());
    clients.add(client);
    return client;
  }

  private static Raw answered() throws IOException {
    try (RawHttp http = new RawHttp(service.port())) {
      Raw answer = http.send(REQUEST).answer();
      assertThat(answer.status()).as(answer.body()).isEqualTo(200);
      return answer;
    }
  }

  private static byte[] join(byte[] one, byte[] other) {
    byte[] both = Arrays.copyOf(one, one.length + other.length);
    System.arraycopy(other, 0, both, one.length, other.length);
    return both;
  }
}
