package org.resnetserving.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.resnetserving.ops.Containers.HARDENED;
import static org.resnetserving.ops.Containers.IMAGE;
import static org.resnetserving.ops.Containers.shell;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.resnetserving.FreePort;

/** The image, built from the checkout and run with nothing that it does not need. */
@Tag("ops")
class ContainerIT {

  private static final String NAME = "resnet-serving-test";
  private static final String ENVIRONMENT =
      " --env=SERVER_PORT=%d --env=MANAGEMENT_SERVER_PORT=%d ";

  private static int port;
  private static int management;

  @BeforeAll
  static void run() throws Exception {
    Containers.build();
    port = FreePort.next();
    management = FreePort.next();
    shell("podman rm --force --ignore " + NAME);
    shell(
        "podman run --detach --name "
            + NAME
            + HARDENED
            + ENVIRONMENT.formatted(port, management)
            + IMAGE);
    Running.await(
        address("/readyz"), Duration.ofMinutes(10), () -> shell("podman logs " + NAME + " 2>&1"));
  }

  @AfterAll
  static void remove() throws Exception {
    shell("podman rm --force --ignore --time 40 " + NAME);
  }

  private static URI address(String path) {
    return URI.create("http://127.0.0.1:%d%s".formatted(port, path));
  }

  @Test
  void service_classifiesAPicture() throws Exception {
    byte[] picture = Files.readAllBytes(Chart.DIRECTORY.resolve("files/espresso.jpg"));
    JsonNode answer =
        new ObjectMapper().readTree(Running.post(address("/v1/classify"), picture).body());
    assertThat(answer.at("/predictions/0/label").asText()).isEqualTo("espresso");
  }

  @Test
  void process_hasNoPrivileges() throws Exception {
    String status = inside("cat /proc/1/status; id");
    assertThat(status)
        .contains("CapEff:\t0000000000000000", "NoNewPrivs:\t1", "Seccomp:\t2", "uid=10001");
    assertThat(inside("touch /app/x 2>&1 || echo refused"))
        .contains("Read-only")
        .contains("refused");
  }

  @Test
  void natives_areThoseOfTheImage() throws Exception {
    String maps = inside("cat /proc/1/maps");
    assertThat(maps)
        .contains("/app/native/libtorch/libtorch_cpu.so")
        .containsPattern("/app/native/opencv[^\n]*/libopencv_core")
        .contains("libjemalloc.so.2");
    assertThat(
            inside("find /cache /tmp -name 'libtorch*.so' -type f -o -name 'libopencv*' -type f"))
        .isBlank();
    assertThat(inside("ls lib")).doesNotContain("native-cpu").doesNotContain("linux-");
  }

  @Test
  void health_isWhatTheImageAsks() throws Exception {
    // ComposeIT runs it; here the ports are others.
    assertThat(shell("podman image inspect --format {{.HealthCheck.Test}} " + IMAGE))
        .contains("/readyz");
    assertThat(inside("curl --fail --silent http://127.0.0.1:" + port + "/readyz")).contains("UP");
  }

  @Test
  void image_saysWhatItIs() throws Exception {
    JsonNode image = inspect();
    assertThat(image.get("User").asText()).isEqualTo("10001:10001");
    assertThat(image.get("Entrypoint").toString())
        .startsWith("[\"java\",")
        .contains("-XX:+ExitOnOutOfMemoryError");
    assertThat(image.at("/Labels/org.opencontainers.image.licenses").asText())
        .isEqualTo("Apache-2.0");
    assertThat(image.at("/Labels/org.opencontainers.image.revision").asText()).isEqualTo("test");
    String info =
        Running.get(URI.create("http://127.0.0.1:%d/actuator/info".formatted(management))).body();
    assertThat(new ObjectMapper().readTree(info).at("/build/commit").asText()).isEqualTo("test");
    String sbom =
        Running.get(
                URI.create("http://127.0.0.1:%d/actuator/sbom/application".formatted(management)))
            .body();
    assertThat(sbom).contains("CycloneDX", "pytorch-engine");
  }

  /** 835 MB; by layers in src/docs/measurements.md. */
  @Test
  void image_staysWithinItsSize() throws Exception {
    long size = Long.parseLong(shell("podman image inspect --format {{.Size}} " + IMAGE).strip());
    assertThat(size)
        .describedAs(
            "The image's layers, the last first:%n%s",
            shell("podman history --no-trunc --format '{{.Size}} {{.CreatedBy}}' " + IMAGE))
        .isLessThan(860_000_000L);
  }

  @Test
  void root_hasARecordOfEachPackageAndOfItsLicence() throws Exception {
    String packages = inside("ls /var/lib/dpkg/status.d");
    assertThat(packages.lines())
        .contains("libc6", "libstdc++6", "libjemalloc2", "curl", "busybox-static");
    assertThat(inside("grep -h ^Version: /var/lib/dpkg/status.d/*").lines())
        .hasSameSizeAs(packages.lines().toList());
    assertThat(
            inside(
                "cd /var/lib/dpkg/status.d; for p in *; do ls /usr/share/doc/$p/copyright; done"))
        .doesNotContain("No such file");
    assertThat(inside("which apt-get perl gcc || echo none").strip()).isEqualTo("none");
  }

  /**
   * What the libraries' classes name; a class that is missing would be found out by its first use.
   */
  @Test
  void jre_hasEveryModuleThatALibraryNames() throws Exception {
    Path libraries = Files.createTempDirectory(Running.WORK, "lib");
    shell(
        "podman cp %s:/app/lib %2$s; podman cp %1$s:/app/resnet-serving.jar %2$s/lib"
            .formatted(NAME, libraries));
    Set<String> named = JdkModules.namedBy(libraries.resolve("lib"));
    assertThat(named).contains("java.desktop", "java.net.http", "jdk.management");
    assertThat(
            inside("java --list-modules")
                .lines()
                .map(line -> line.replaceFirst("@.*", ""))
                .toList())
        .containsAll(named)
        // By name alone: DNS, charsets of requests, files in jars; and for who looks into it.
        .contains("jdk.naming.dns", "jdk.charsets", "jdk.zipfs", "jdk.jcmd", "jdk.jfr");
  }

  @Test
  void jcmd_looksIntoTheService() throws Exception {
    assertThat(inside("jcmd 1 Thread.print")).contains("http-nio");
    assertThat(
            inside("jcmd 1 JFR.start name=test filename=/tmp/test.jfr; jcmd 1 JFR.stop name=test"))
        .contains("Stopped recording \"test\"");
  }

  private static JsonNode inspect() throws Exception {
    return new ObjectMapper().readTree(shell("podman image inspect " + IMAGE)).get(0).get("Config");
  }

  private static String inside(String line) throws Exception {
    return shell("podman exec %s sh -c '%s'".formatted(NAME, line.replace("'", "'\\''")));
  }

  @Test
  void aotCache_isAccepted() throws Exception {
    // With AOTMode=on a cache that does not fit is an error; without, it would be ignored.
    String said =
        shell(
            "podman run --rm"
                + HARDENED
                + ENVIRONMENT.formatted(FreePort.next(), FreePort.next())
                + "--entrypoint=java "
                + IMAGE
                + " -XX:AOTMode=on -XX:AOTCache=resnet-serving.aot -XX:+ExitOnOutOfMemoryError"
                + " --enable-native-access=ALL-UNNAMED -Dspring.context.exit=onRefresh -jar resnet-serving.jar");
    assertThat(said).contains("natives in /app/native");
  }

  @Test
  void stop_endsWithinTheGracePeriod() throws Exception {
    String name = NAME + "-stop";
    shell("podman rm --force --ignore " + name);
    int other = FreePort.next();
    shell(
        "podman run --detach --name "
            + name
            + HARDENED
            + ENVIRONMENT.formatted(other, FreePort.next())
            + IMAGE
            + " --models=resnet20-cifar10");
    Running.await(
        URI.create("http://127.0.0.1:%d/readyz".formatted(other)),
        Duration.ofMinutes(10),
        () -> shell("podman logs " + name + " 2>&1"));
    shell("podman stop --time 40 " + name);
    assertThat(shell("podman inspect --format {{.State.ExitCode}} " + name).strip())
        .isEqualTo("143");
    assertThat(shell("podman logs " + name + " 2>&1")).contains("Graceful shutdown complete");
    shell("podman rm " + name);
  }

  @Test
  void pull_isWhatTheChartsInitContainerRuns() throws Exception {
    String said =
        shell("podman run --rm" + HARDENED + IMAGE + " models pull resnet20-cifar10 2>&1");
    assertThat(said).contains("/app/models/resnet20-cifar10");
  }

  @Test
  void bakedModels_areInTheImageVerified() throws Exception {
    Path weights = Path.of("models/resnet20-cifar10/resnet20-cifar10.safetensors");
    byte[] bytes = Files.readAllBytes(weights);
    HttpServer hub =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    hub.createContext(
        "/baked.safetensors",
        exchange -> {
          exchange.sendResponseHeaders(200, bytes.length);
          try (exchange) {
            exchange.getResponseBody().write(bytes);
          }
        });
    hub.start();
    try {
      Path context = Files.createTempDirectory(Running.WORK, "context");
      Running.run(
          Duration.ofMinutes(1),
          "sh",
          "-c",
          "git ls-files -z --cached --others --exclude-standard | xargs -0 cp --parents -t "
              + context);
      String described =
          Files.readString(Path.of("models/resnet20-cifar10.yml"))
              .replaceFirst("name: .*", "name: baked")
              .replaceFirst(
                  " +file: .*",
                  "  sources:\n    - url: http://127.0.0.1:%d/baked.safetensors"
                      .formatted(hub.getAddress().getPort()))
              .replaceFirst(" +sha256:", "      sha256:");
      Files.writeString(context.resolve("models/baked.yml"), described);
      String tag = IMAGE + "-baked";
      shell(
          Duration.ofMinutes(30),
          Containers.build(
              "--network=host --build-arg=BAKED_MODELS=baked --tag " + tag, context.toString()));
      hub.stop(0);
      assertThat(shell("podman run --rm" + HARDENED + tag + " models verify baked 2>&1"))
          .contains("baked: good (/app/models/");
    } finally {
      hub.stop(0);
    }
  }

  @Test
  void arm64_getsItsOwnNatives() throws Exception {
    String tag = IMAGE + "-arm64";
    shell(
        Duration.ofMinutes(30),
        Containers.build("--target=build --build-arg=TARGETARCH=arm64 --tag " + tag, "."));
    String jars =
        shell("podman run --rm --network=host --entrypoint=ls " + tag + " layers/dependencies/lib");
    assertThat(jars)
        .contains("linux-aarch64.jar", "opencv-4.13.0-1.5.13-linux-arm64.jar")
        .doesNotContain("x86_64");
  }

  @Test
  void cuda_isRefusedWhereThereAreNoNatives() {
    // Where there are, it is gigabytes, and a GPU to start with.
    String build =
        Containers.build(
            "--target=build --build-arg=TARGETARCH=arm64 --build-arg=NATIVES=cuda", ".");
    assertThatThrownBy(() -> shell(Duration.ofMinutes(10), build))
        .hasMessageContaining("There are no cuda natives for arm64");
  }

  @Test
  void dockerfile_lints() throws Exception {
    Running.run(Duration.ofMinutes(1), "sh", "-n", "src/main/docker/cuda.sh");
    Running.run(
        Duration.ofMinutes(1),
        Containers.TOOLS.resolve("node_modules/.bin/dockerfile-utils").toString(),
        "lint",
        "Dockerfile");
  }
}
