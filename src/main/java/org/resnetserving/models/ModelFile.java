package org.resnetserving.models;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.resnetserving.caffe.CaffeReader;
import org.resnetserving.keras.KerasReader;
import org.resnetserving.network.Add;
import org.resnetserving.network.Architecture;
import org.resnetserving.network.Graph;
import org.resnetserving.network.GraphBuilder;
import org.resnetserving.network.ImportedNetwork;
import org.resnetserving.network.Layer;
import org.resnetserving.network.NetworkReader;
import org.resnetserving.network.Normalization;
import org.resnetserving.network.Normalize;
import org.resnetserving.onnx.OnnxReader;
import org.resnetserving.torch7.Torch7Reader;
import org.resnetserving.torchexport.TorchExportReader;
import org.resnetserving.weights.StateDict;
import org.resnetserving.weights.WeightFormat;
import org.resnetserving.weights.WeightsException;
import org.resnetserving.weights.WeightsFile;

/**
 * A model's weights file against its descriptor: the one door from a file to a network. A state
 * dict needs an architecture to become a graph; the files of other frameworks bring theirs; a
 * TorchScript program is run as it is.
 */
public final class ModelFile {
  /** The one list of other frameworks' formats. */
  private static final List<NetworkReader> READERS =
      List.of(
          new CaffeReader(),
          new Torch7Reader(),
          new OnnxReader(),
          new KerasReader(),
          new TorchExportReader());

  private final ModelDescriptor model;
  private final Path file;
  private final WeightFormat format;
  private final @Nullable NetworkReader reader;
  private final List<String> ignored;

  private ModelFile(
      ModelDescriptor model,
      Path file,
      WeightFormat format,
      @Nullable NetworkReader reader,
      List<String> ignored) {
    this.model = model;
    this.file = file;
    this.format = format;
    this.reader = reader;
    this.ignored = List.copyOf(ignored);
  }

  /**
   * Tells what a file is, by its content.
   *
   * @param model whose weights it holds
   * @throws WeightsException if it is nothing that can be served, or another thing than the
   *     descriptor says
   */
  public static ModelFile of(ModelDescriptor model, Path file) {
    try (WeightsFile opened = WeightsFile.open(file)) {
      Optional<NetworkReader> reader =
          opened.format() == WeightFormat.UNKNOWN ? readerOf(file, opened) : Optional.empty();
      ModelFile found =
          new ModelFile(
              model,
              file,
              reader.isPresent() ? opened.format() : opened.servedFormat(),
              reader.orElse(null),
              opened.ignored());
      found.requireAgreement();
      return found;
    }
  }

  private static Optional<NetworkReader> readerOf(Path file, WeightsFile opened) {
    ByteBuffer start = opened.bytes().start(NetworkReader.START_BYTES);
    // A duplicate does not keep the order of bytes.
    return READERS.stream()
        .filter(each -> each.matches(file, start.duplicate().order(ByteOrder.LITTLE_ENDIAN)))
        .findFirst();
  }

  private void requireAgreement() {
    String architecture = model.architecture();
    boolean traced = ModelDescriptor.TORCHSCRIPT.equals(architecture);
    if (architecture != null && traced != isProgram()) {
      throw new WeightsException(
          "%s is a %s; with it, %s must say architecture: %s"
              .formatted(
                  file.getFileName(),
                  format(),
                  model.file(),
                  traced ? "resnet50 or the like" : ModelDescriptor.TORCHSCRIPT));
    }
    if (isProgram()) {
      requirePlanesOfPrograms();
    }
  }

  /** A program is given planes as torchvision makes them; other ones would be wrong answers. */
  private void requirePlanesOfPrograms() {
    Normalization given = model.preset().normalization();
    if (given.divisor() != Normalization.IMAGENET.divisor()
        || given.order() != Normalization.IMAGENET.order()
        || given.channels() != Normalization.IMAGENET.channels()) {
      throw new WeightsException(
          "%s is a %s, which is given RGB divided by 255 before mean and std: preset of %s asks for others"
              .formatted(file.getFileName(), format(), model.file()));
    }
  }

  /** What it is, for messages: a noun phrase without an article. */
  public String format() {
    return reader == null ? format.description() : reader.format();
  }

  /** Whether it is a TorchScript program, which is run as it is. */
  public boolean isProgram() {
    return format == WeightFormat.TORCHSCRIPT || isPacked();
  }

  /** Whether it is a program in gzip or in TorchServe's archive. */
  public boolean isPacked() {
    return format == WeightFormat.TORCHSCRIPT_GZIP || format == WeightFormat.TORCHSCRIPT_ARCHIVED;
  }

  /**
   * Where the model's network comes from.
   *
   * @param network as it was opened; null of a program
   */
  public Origin origin(@Nullable ImportedNetwork network) {
    return Origin.of(model, format(), network, ignored);
  }

  /**
   * The network in it. Its numbers are read while the graph is used; whoever opens it closes it.
   *
   * @throws WeightsException if the file is damaged, or does not hold the network that the
   *     descriptor names
   * @throws IllegalStateException if it is a program
   */
  public ImportedNetwork open() {
    if (reader != null) {
      return described(reader);
    }
    if (isProgram()) {
      throw new IllegalStateException(file + " is a program");
    }
    WeightsFile opened = WeightsFile.open(file);
    try {
      StateDict weights = opened.stateDict(model.weights().entry());
      String named = model.architecture();
      Architecture architecture =
          named == null ? Architecture.of(weights) : Architecture.parse(named);
      Graph graph = architecture.graph(weights, model.preset().normalization());
      return new ImportedNetwork(
          graph,
          null,
          null,
          "%s: %s".formatted(architecture.name(), GraphBuilder.describe(graph)),
          weights.selection(),
          weights::close);
    } catch (RuntimeException | Error e) {
      opened.close();
      throw e;
    }
  }

  /** The file's own network, which must be the one that the descriptor names, if it names one. */
  private ImportedNetwork described(NetworkReader format) {
    ImportedNetwork network = format.read(file, model.preset().normalization());
    try {
      String named = model.architecture();
      int found = sums(network.graph());
      int expected = named == null ? found : Architecture.parse(named).blocks();
      if (expected != found) {
        throw new WeightsException(
            "%s holds a network of %d residual blocks, and %s has %d: leave architecture out of %s"
                .formatted(file.getFileName(), found, named, expected, model.file()));
      }
      requireOneNormalization(network.graph());
      int side = model.preset().side();
      if (network.side() != null && network.side() != side) {
        throw new WeightsException(
            "%s was written for pictures of %d×%d pixels, and preset.crop of %s is %d"
                .formatted(file.getFileName(), network.side(), network.side(), model.file(), side));
      }
      return network;
    } catch (RuntimeException | Error e) {
      network.close();
      throw e;
    }
  }

  /** A file that normalises pixels itself, under a preset that does so too, would do it twice. */
  private void requireOneNormalization(Graph graph) {
    Normalization given = model.preset().normalization();
    boolean plain =
        given.mean().stream().allMatch(mean -> mean == 0)
            && given.deviation().stream().allMatch(deviation -> deviation == 1);
    for (Layer layer : graph.layers()) {
      if (layer instanceof Normalize normalize && !normalize.how().equals(given) && !plain) {
        throw new WeightsException(
            ("%s normalises its input itself, and preset of %s would do so once more: say mean:"
                    + " [0, 0, 0], std: [1, 1, 1] there, and by divisor on which scale the file wants"
                    + " pixels")
                .formatted(file.getFileName(), model.file()));
      }
    }
  }

  /** Each residual block ends with one. */
  private static int sums(Graph graph) {
    return (int) graph.layers().stream().filter(layer -> layer instanceof Add).count();
  }
}
