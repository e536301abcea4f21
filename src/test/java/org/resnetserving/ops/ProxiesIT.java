package org.resnetserving.ops;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.resnetserving.FreePort;
import org.resnetserving.RawHttp;
import org.resnetserving.RawHttp.Raw;
import org.resnetserving.RunningServer;
import org.resnetserving.ServiceProcess;
import org.resnetserving.connection.Smuggling;

/**
 * Behind nginx and HAProxy, which send the requests of all their clients over the same connections:
 * none gets the answer of another's request, whatever one of them sends, and who is refused is told
 * why by the service and not by the proxy.
 */
@Tag("ops")
final class ProxiesIT {
  private static final byte[] CAT = RunningServer.picture("pictures/cat.jpg");

  private static ServiceProcess service;

  /**
   * Each with one connection to the service, and each as lenient as it can be told to be, or not.
   */
  private enum Proxy {
    NGINX {
      @Override
      List<String> command(Path folder, int port) throws IOException {
        return nginx(folder, port, "off");
      }
    },
    NGINX_BUFFERING {
      @Override
      List<String> command(Path folder, int port) throws IOException {
        return nginx(folder, port, "on");
      }
    },
    HAPROXY {
      @Override
      List<String> command(Path folder, int port) throws IOException {
        return haproxy(folder, port, "");
      }
    },
    HAPROXY_LENIENT {
      @Override
      List<String> command(Path folder, int port) throws IOException {
        return haproxy(folder, port, "option accept-invalid-http-request");
      }
    };

    abstract List<String> command(Path folder, int port) throws IOException;

    List<String> nginx(Path folder, int port, String buffering) throws IOException {
      Path configuration = folder.resolve("nginx.conf");
      Files.writeString(
          configuration,
          """
          daemon off;
          worker_processes 1;
          pid %1$s/nginx.pid;
          error_log stderr;
          events { worker_connections 64; }
          http {
            access_log off;
            client_max_body_size 0;
            client_body_temp_path %1$s/body; proxy_temp_path %1$s/proxy; fastcgi_temp_path %1$s/f;
            uwsgi_temp_path %1$s/u; scgi_temp_path %1$s/s;
            upstream service { server 127.0.0.1:%2$d; keepalive 1; }
            server {
              listen 127.0.0.1:%3$d;
              ignore_invalid_headers off;
              underscores_in_headers on;
              location / {
                proxy_pass http://service;
                proxy_http_version 1.1;
                proxy_set_header Connection "";
                proxy_request_buffering %4$s;
                proxy_next_upstream off;
              }
            }
          }
          """
              .formatted(folder, service.port(), port, buffering));
      return List.of("/usr/sbin/nginx", "-p", folder.toString(), "-c", configuration.toString());
    }

    List<String> haproxy(Path folder, int port, String option) throws IOException {
      Path configuration = folder.resolve("haproxy.cfg");
      Files.writeString(
          configuration,
          """
          global
            maxconn 64
            nbthread 1
          defaults
            mode http
            timeout connect 10s
            timeout client 1s
            timeout server 20s
            retries 0
          frontend f
            bind 127.0.0.1:%d
            %s
            default_backend b
          backend b
            http-reuse always
            server s 127.0.0.1:%d maxconn 1
          """
              .formatted(port, option, service.port()));
      return List.of("/usr/sbin/haproxy", "-db", "-f", configuration.toString());
    }
  }

  @BeforeAll
  static void start(@TempDir Path folder) throws IOException {
    service =
        ServiceProcess.start(
            folder, "--models=" + ServiceProcess.SMALL, "--resnet.tuning.when=off");
    service.awaitReady(ServiceProcess.SMALL);
  }

  @AfterAll
  static void stop() throws InterruptedException {
    service.close();
  }

  /** Where nginx has the whole request before it passes it on, it waits for what is missing. */
  @ParameterizedTest
  @EnumSource(names = "NGINX_BUFFERING", mode = EnumSource.Mode.EXCLUDE)
  void victim_afterAnAttacker_getsTheAnswerToItsOwnRequest(Proxy proxy, @TempDir Path folder)
      throws Exception {
    int port = FreePort.next();
    try (Running running = start(proxy, folder, port)) {
      Raw labels = post(port);
      Raw model = get(port);
      assertThat(labels.status()).isEqualTo(200);
      assertThat(model.status()).isEqualTo(200);

      // All that a victim is in danger of comes by a connection that the attacker's request was on.
      // At the moment of an answer the proxy may not have its connection back yet, and takes
      // another.
      await()
          .until(
              () -> {
                Set<String> before = connections();
                assertThat(post(port).body()).isEqualTo(labels.body());
                return before.size() == 1 && connections().equals(before);
              });

      List<String> faults = new ArrayList<>();
      int passed = 0;
      for (Smuggling attack : Smuggling.all()) {
        try (RawHttp attacker = new RawHttp(port)) {
          List<Raw> answers = attacker.send(attack.text()).answers();
          passed += answers.stream().anyMatch(answer -> isTheServices(answer)) ? 1 : 0;
          if (answers.size() > 2) {
            faults.add("%s: %d answers".formatted(attack, answers.size()));
          }
        }
        for (int i = 0; i < 2; i++) {
          Raw mine = get(port);
          if (mine.status() != 200 || !mine.body().equals(model.body())) {
            faults.add("%s: %s%s".formatted(attack, mine.head(), mine.body()));
          }
          Raw my = post(port);
          if (my.status() != 200 || !my.body().equals(labels.body())) {
            faults.add("%s: %s%s".formatted(attack, my.head(), my.body()));
          }
        }
      }
      assertThat(faults).as(running.said()).isEmpty();
      assertThat(passed).as("attacks that came to the service").isGreaterThan(5);
    }
  }

  /** Which send all before they read; what the service does not want of it comes all the same. */
  @ParameterizedTest
  @EnumSource
  void uploads_thatAreRefused_areToldWhy(Proxy proxy, @TempDir Path folder) throws Exception {
    int port = FreePort.next();
    try (Running running = start(proxy, folder, port)) {
      for (String expectation : List.of("", "Expect: 100-continue\r\n")) {
        for (int length : List.of(5 << 20, 60 << 20)) {
          for (String framing :
              List.of(
                  "Content-Length: %d\r\n\r\n".formatted(length),
                  "Transfer-Encoding: chunked\r\n\r\n%x\r\n".formatted(length))) {
            String rest = expectation + framing;
            assertThat(refusal(port, "text/plain", rest, length)).as(running.said()).isEqualTo(415);
            // Five would be a picture; sixty are too much for one.
            assertThat(refusal(port, "image/jpeg", rest, length))
                .as(running.said())
                .isEqualTo(length > (20 << 20) ? 413 : 415);
          }
        }
      }
    }
  }

  /** The status of a refusal in the service's own words. */
  private static int refusal(int port, String type, String rest, int length) throws IOException {
    try (RawHttp http = new RawHttp(port)) {
      http.send("POST /v1/classify HTTP/1.1\r\nHost: x\r\nContent-Type: %s\r\n".formatted(type));
      http.send(rest).send(new byte[length]);
      if (rest.contains("chunked")) {
        http.send("\r\n0\r\n\r\n");
      }
      Raw answer = http.answer();
      if (answer.status() == 100) {
        answer = http.answer();
      }
      assertThat(answer.body()).contains("urn:resnet-serving:problem:");
      return answer.status();
    }
  }

  private static Running start(Proxy proxy, Path folder, int port) throws Exception {
    // The proxies give up their privileges for those of a user who may not read the folder.
    folder.toFile().setExecutable(true, false);
    Running running =
        Running.start(proxy.name().toLowerCase(Locale.ROOT), proxy.command(folder, port));
    running.await(URI.create("http://127.0.0.1:%d/livez".formatted(port)), Duration.ofMinutes(1));
    return running;
  }

  private static boolean isTheServices(Raw answer) {
    return !answer.header("X-Request-Id").isEmpty();
  }

  private static Raw get(int port) throws IOException {
    try (RawHttp http = new RawHttp(port)) {
      return http.send(
              "GET /v1/models/%s HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
                  .formatted(ServiceProcess.SMALL))
          .answer();
    }
  }

  private static Raw post(int port) throws IOException {
    try (RawHttp http = new RawHttp(port)) {
      String head =
          "POST /v1/classify HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: image/jpeg\r\nContent-Length: %d\r\n\r\n"
              .formatted(CAT.length);
      return http.send(head.getBytes(US_ASCII)).send(CAT).answer();
    }
  }

  /** The ends of the connections to the service that are open, of whatever process. */
  private static Set<String> connections() throws IOException {
    String address = "0100007F:%04X".formatted(service.port());
    try (Stream<String> lines = Files.lines(Path.of("/proc/net/tcp"))) {
      return lines
          .map(line -> line.strip().split("\\s+"))
          .filter(fields -> fields[2].equals(address) && fields[3].equals("01"))
          .map(fields -> fields[1])
          .collect(Collectors.toSet());
    }
  }
}
