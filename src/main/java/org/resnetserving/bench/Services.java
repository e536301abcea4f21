package org.resnetserving.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.resnetserving.bench.ResponseReader.Response;
import org.resnetserving.models.ModelDescriptor;
import org.resnetserving.models.ModelDescriptors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Starts the service and the baselines, with the model at the wanted size. */
final class Services {
  private static final int READY_SECONDS = 240;
  private static final int OK = 200;

  /** Photographs of 12 MP are drawn in the same process, which services do not have room for. */
  private static final String ROOM_TO_DRAW = "-Xmx1g";

  private static final JsonMapper JSON = new JsonMapper();

  private final BenchOptions options;
  private final Path folder;
  private final Path descriptor;
  private int started;

  /**
   * @param folder for descriptors and logs
   */
  Services(BenchOptions options, Path folder) throws IOException {
    this.options = options;
    this.folder = folder;
    this.descriptor = folder.resolve(options.model() + ".yml");
    Files.writeString(
        descriptor,
        atSize(
            ModelDescriptors.read(options.modelsDirectory().resolve(options.model() + ".yml")),
            options.size()));
  }

  /**
   * A service that runs.
   *
   * @param setup what was asked for
   * @param precision what it says that it runs
   */
  record Running(
      Setup setup,
      String precision,
      ChildProcess process,
      InetSocketAddress address,
      LoadGenerator generator)
      implements AutoCloseable {
    @Override
    public void close() {
      process.close();
    }
  }

  /** Starts it and waits until it answers. */
  Running start(Setup setup, ByteBuffer trial) throws IOException, InterruptedException {
    int port = ChildProcess.freePort();
    int management = ChildProcess.freePort();
    InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    List<String> arguments = new ArrayList<>();
    if (setup.isStock()) {
      arguments.addAll(
          List.of(
              "bench",
              "stock",
              "descriptor=" + descriptor,
              "workers=" + setup.workers(),
              "threads=" + setup.threads(),
              "batch=" + setup.batch()));
      arguments.add("--management.endpoint.health.validate-group-membership=false");
    } else {
      arguments.add("--models=" + options.model());
      arguments.add("--resnet.models-directory=" + folder);
      arguments.add("--resnet.serving.precision=" + setup.precision());
      arguments.add("--resnet.serving.workers=" + setup.workers());
      arguments.add("--resnet.serving.threads=" + setup.threads());
      arguments.add("--resnet.serving.max-batch=" + setup.batch());
      arguments.addAll(options.serviceOptions());
    }
    arguments.add("--server.port=" + port);
    arguments.add("--management.server.port=" + management);
    ChildProcess process = ChildProcess.start(options.javaOptions(), arguments, log(setup.label()));
    try {
      process.awaitReady(address, setup.isStock() ? "/livez" : "/readyz", READY_SECONDS);
      requireAnswer(address, trial);
      return new Running(
          setup,
          setup.isStock() ? "fp32" : precision(address, options.model()),
          process,
          address,
          new LoadGenerator(address, process.pid(), setup.label(), options.deadline()));
    } catch (IOException | RuntimeException | InterruptedException e) {
      process.close();
      throw e;
    }
  }

  private static void requireAnswer(InetSocketAddress address, ByteBuffer trial)
      throws IOException {
    try (HttpConnection connection = new HttpConnection(address)) {
      Response response = connection.exchange(trial);
      if (response.status() != OK || !response.body().contains("\"predictions\"")) {
        throw new IOException(
            "a picture was answered with %d: %s".formatted(response.status(), response.body()));
      }
    }
  }

  /** The precision that a service says it runs a model in. */
  static String precision(InetSocketAddress address, String model) throws IOException {
    JsonNode precision =
        JSON.readTree(ChildProcess.get(address, "/v1/models/" + model).body()).path("precision");
    return precision.isMissingNode() ? "unknown" : precision.asString();
  }

  /** The parts alone: the network in a precision, and decoding. */
  RawForward.Result raw(Setup setup, double seconds) throws IOException, InterruptedException {
    List<String> arguments =
        List.of(
            "bench",
            "raw",
            "descriptor=" + descriptor,
            "precision=" + setup.precision(),
            "workers=" + setup.workers(),
            "threads=" + setup.threads(),
            "seconds=" + seconds);
    List<String> javaOptions = new ArrayList<>(options.javaOptions());
    javaOptions.add(ROOM_TO_DRAW);
    try (ChildProcess process =
        ChildProcess.start(javaOptions, arguments, log("raw " + setup.label()))) {
      String said = process.await(READY_SECONDS);
      int at = said.indexOf(RawForward.MARK);
      if (at < 0) {
        throw new IOException("it measured nothing:\n" + said);
      }
      return JSON.readValue(said.substring(at + RawForward.MARK.length()), RawForward.Result.class);
    }
  }

  private Path log(String label) {
    return folder.resolve(
        "%02d-%s.log".formatted(started++, label.replace('×', 'x').replace(' ', '-')));
  }

  /** A model's descriptor with another size; its files where they are. */
  static String atSize(ModelDescriptor model, int size) throws IOException {
    String text = Files.readString(model.file());
    text = replaced(text, "  resize", Integer.toString(size));
    text = replaced(text, "  crop", Integer.toString(size));
    text = replaced(text, "labels", model.labels().toAbsolutePath().toString());
    Path weights = model.weights().file();
    return weights == null ? text : replaced(text, "  file", weights.toAbsolutePath().toString());
  }

  private static String replaced(String text, String key, String value) {
    return Pattern.compile("^" + key + ":.*$", Pattern.MULTILINE)
        .matcher(text)
        .replaceFirst(Matcher.quoteReplacement(key + ": " + value));
  }
}
