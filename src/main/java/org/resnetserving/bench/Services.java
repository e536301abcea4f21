package org.resnetserving.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.resnetserving.bench.ResponseReader.Response;
import org.resnetserving.models.ModelDescriptors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Starts the service and the baselines, with the model at the wanted size. */
final class Services {
  private static final int READY_SECONDS = 240;
  private static final int OK = 200;

  /** In every answer of the service. */
  static final String PREDICTIONS = "\"predictions\"";

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
        ResizedDescriptor.of(
            ModelDescriptors.read(options.modelsDirectory().resolve(options.model() + ".yml")),
            options.size()));
  }

  /**
   * A service that runs.
   *
   * @param setup what was asked for
   * @param precision what it says that it runs
   * @param address where it answers
   * @param management where its metrics are
   */
  record Running(
      Setup setup,
      String precision,
      ChildProcess process,
      InetSocketAddress address,
      InetSocketAddress management,
      LoadGenerator generator)
      implements AutoCloseable {
    @Override
    public void close() {
      process.close();
    }
  }

  /** Writes the descriptor of another model, at its own size, for what is started from now on. */
  void describe(String model, String name) throws IOException {
    Files.writeString(
        folder.resolve(name + ".yml"),
        ResizedDescriptor.copy(
            ModelDescriptors.read(options.modelsDirectory().resolve(model + ".yml"))));
  }

  /** Starts it and waits until it answers. */
  Running start(Setup setup, ByteBuffer trial) throws IOException, InterruptedException {
    return start(setup, trial, List.of());
  }

  /**
   * Starts it and waits until it answers.
   *
   * @param others models that it serves beside the first, as they were described
   * @param more settings of it
   */
  Running start(Setup setup, ByteBuffer trial, List<String> others, String... more)
      throws IOException, InterruptedException {
    InetSocketAddress address = freeAddress();
    InetSocketAddress management = freeAddress();
    List<String> arguments =
        new ArrayList<>(setup.isStock() ? stock(setup) : service(setup, others));
    arguments.addAll(List.of(more));
    arguments.add("--server.port=" + address.getPort());
    arguments.add("--management.server.port=" + management.getPort());
    ChildProcess process = ChildProcess.start(options.javaOptions(), arguments, log(setup.label()));
    try {
      process.awaitReady(address, setup.isStock() ? "/livez" : "/readyz", READY_SECONDS);
      requireAnswer(address, trial, PREDICTIONS);
      return new Running(
          setup,
          setup.isStock() ? "fp32" : precision(address, options.model()),
          process,
          address,
          management,
          new LoadGenerator(address, process.pid(), setup.label(), options.deadline()));
    } catch (IOException | RuntimeException | InterruptedException e) {
      process.close();
      throw e;
    }
  }

  static InetSocketAddress freeAddress() throws IOException {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), ChildProcess.freePort());
  }

  private List<String> stock(Setup setup) {
    List<String> arguments = new ArrayList<>(List.of("bench", "stock"));
    arguments.addAll(part(setup));
    arguments.add("batch=" + setup.batch());
    arguments.add("--management.endpoint.health.validate-group-membership=false");
    return arguments;
  }

  private List<String> service(Setup setup, List<String> others) {
    List<String> arguments = new ArrayList<>();
    arguments.add(
        "--models="
            + String.join(
                ",", Stream.concat(Stream.of(options.model()), others.stream()).toList()));
    arguments.add("--resnet.models-directory=" + folder);
    arguments.add("--resnet.serving.precision=" + setup.precision());
    arguments.add("--resnet.serving.workers=" + setup.workers());
    arguments.add("--resnet.serving.threads=" + setup.threads());
    arguments.add("--resnet.serving.max-batch=" + setup.batch());
    arguments.addAll(options.serviceOptions());
    return arguments;
  }

  /** What every part is told that runs in a process of its own. */
  private List<String> part(Setup setup) {
    return List.of(
        "descriptor=" + descriptor,
        "natives=" + options.natives(),
        "workers=" + setup.workers(),
        "threads=" + setup.threads());
  }

  /**
   * Sends a picture and looks at what comes back.
   *
   * @param holds what the answer must hold
   * @throws IOException if it is no success or does not hold that
   */
  static void requireAnswer(InetSocketAddress address, ByteBuffer trial, String holds)
      throws IOException {
    try (HttpConnection connection = new HttpConnection(address)) {
      Response response = connection.exchange(trial);
      if (response.status() != OK || !response.body().contains(holds)) {
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
    List<String> arguments = new ArrayList<>(List.of("bench", "raw"));
    arguments.addAll(part(setup));
    arguments.add("precision=" + setup.precision());
    arguments.add("seconds=" + seconds);
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
}
