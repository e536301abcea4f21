package org.resnetserving.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

/** A service that wants to know its clients by their certificates, and gets another of its own. */
@SpringBootTest(
    webEnvironment = WebEnvironment.RANDOM_PORT,
    properties = {
      "management.server.port=0",
      "resnet.models=resnet20-cifar10",
      "resnet.serving.precision=fp32",
      "server.ssl.bundle=web",
      "server.ssl.client-auth=need",
      "spring.ssl.bundle.pem.web.reload-on-update=true",
      "spring.ssl.bundle.watch.file.quiet-period=100ms"
    })
@DirtiesContext // Its certificates are its own.
final class MutualTlsIT {
  @TempDir private static Path folder;
  private static TestCertificate server;
  private static TestCertificate client;
  private static TestCertificate stranger;

  private final int port;

  MutualTlsIT(@LocalServerPort int port) {
    this.port = port;
  }

  @BeforeAll
  static void makeCertificates() throws Exception {
    server = TestCertificate.make(folder, "server");
    client = TestCertificate.make(folder, "client");
    stranger = TestCertificate.make(folder, "stranger");
  }

  @DynamicPropertySource
  static void bundle(DynamicPropertyRegistry properties) {
    String web = "spring.ssl.bundle.pem.web.";
    properties.add(web + "keystore.certificate", () -> "file:" + folder.resolve("server.crt"));
    properties.add(web + "keystore.private-key", () -> "file:" + folder.resolve("server.key"));
    properties.add(web + "truststore.certificate", () -> "file:" + folder.resolve("client.crt"));
  }

  @Test
  void client_withACertificateThatIsTrusted_isAnswered_othersAreNot() throws Exception {
    assertThat(ask(server, client)).isEqualTo(200);
    assertThatThrownBy(() -> ask(server, null)).isInstanceOf(IOException.class);
    assertThatThrownBy(() -> ask(server, stranger)).isInstanceOf(IOException.class);

    // The files are replaced while it runs: the new certificate is shown to who connects next.
    Path made = Files.createDirectory(folder.resolve("new"));
    TestCertificate renewed = TestCertificate.make(made, "server");
    assertThatThrownBy(() -> ask(renewed, client)).isInstanceOf(IOException.class);
    for (String file : new String[] {"server.key", "server.crt"}) {
      Files.move(made.resolve(file), folder.resolve(file), StandardCopyOption.REPLACE_EXISTING);
    }
    await()
        .atMost(Duration.ofMinutes(1))
        .ignoreExceptions()
        .until(() -> ask(renewed, client) == 200);
    assertThatThrownBy(() -> ask(renewed, stranger)).isInstanceOf(IOException.class);
  }

  private int ask(TestCertificate trusted, @Nullable TestCertificate own) throws Exception {
    return HttpClient.newBuilder()
        .sslContext(trusted.client(own))
        .connectTimeout(Duration.ofSeconds(10))
        .build()
        .send(
            HttpRequest.newBuilder(URI.create("https://localhost:" + port + "/v1/models"))
                .timeout(Duration.ofSeconds(30))
                .build(),
            BodyHandlers.ofString())
        .statusCode();
  }
}
