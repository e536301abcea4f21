package org.resnetserving.catalog;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.resnetserving.download.VerifiedFile;
import org.resnetserving.engine.CompiledModel;
import org.resnetserving.engine.Crop;
import org.resnetserving.engine.Inference;
import org.resnetserving.engine.NativeEngine;
import org.resnetserving.engine.Session;
import org.resnetserving.image.ImageLimits;
import org.resnetserving.image.NativeImageLibrary;
import org.resnetserving.image.PictureDecoder;
import org.resnetserving.image.PictureHeader;
import org.resnetserving.image.Preset;
import org.resnetserving.network.ActivationRanges;
import org.resnetserving.network.ActivationRanges.Range;
import org.resnetserving.network.Architecture;
import org.resnetserving.network.Graph;
import org.resnetserving.network.ProgramCompiler;
import org.resnetserving.problem.ProblemException;
import org.resnetserving.weights.StateDict;
import org.resnetserving.weights.WeightFiles;
import org.resnetserving.weights.WeightsException;

/**
 * Scales a model's 8-bit program by the user's own pictures. Every other picture is observed; on
 * the rest the 8-bit answers are compared with those in single precision.
 */
public final class Calibrator {
  /** Fewer pictures than this tell nothing. */
  public static final int LEAST = 32;

  /** More pictures than this are not read. */
  public static final int MOST = 2000;

  /** Ranges with which int8 agrees less often than this are not kept. */
  public static final double LEAST_AGREEMENT = 0.9;

  private static final int BATCH = 8;

  private final CatalogProperties properties;
  private final Consumer<String> complaints;

  /**
   * @param properties say where things are
   * @param complaints is told of pictures that can't be read, which are passed over
   */
  public Calibrator(CatalogProperties properties, Consumer<String> complaints) {
    this.properties = properties;
    this.complaints = complaints;
  }

  /**
   * What came of it.
   *
   * @param observed pictures that ranges were taken from
   * @param compared other pictures, on which the programs were compared
   * @param before of those, how many int8 gave the same first class as fp32, with ranges from the
   *     batch norms
   * @param after the same with the ranges observed
   * @param file where the better ranges were kept
   */
  public record Report(int observed, int compared, int before, int after, Path file) {}

  /**
   * Calibrates a model.
   *
   * @param folder of pictures, also in folders within
   * @throws WeightsException if the weights are not here, there are too few pictures, or int8 does
   *     not suit the network
   */
  public Report calibrate(ModelDescriptor model, Path folder) throws IOException {
    VerifiedFile weights =
        WeightStore.of(properties)
            .find(model)
            .orElseThrow(
                () ->
                    new WeightsException(
                        "the weights of %s are not here; models pull %s brings them"
                            .formatted(model.name(), model.name())));
    NativeEngine engine = NativeEngine.start(properties.natives(), properties.serving().threads());
    List<Crop> crops = crops(files(folder), model.preset().square());
    if (crops.size() < LEAST) {
      throw new WeightsException(
          "%s has %d pictures that can be read; calibrating wants %d or more"
              .formatted(folder, crops.size(), LEAST));
    }
    List<Crop> observed = new ArrayList<>();
    List<Crop> compared = new ArrayList<>();
    for (int i = 0; i < crops.size(); i++) {
      (i % 2 == 0 ? observed : compared).add(crops.get(i));
    }
    int side = model.preset().square().crop();
    try (StateDict state = WeightFiles.open(weights.file())) {
      Graph graph =
          Architecture.parse(model.architecture()).graph(state, model.preset().normalization());
      Map<String, Range> ranges = new LinkedHashMap<>();
      List<Integer> expected = new ArrayList<>();
      List<String> names = ProgramCompiler.probed(graph);
      try (CompiledModel probe =
          engine.load(archive -> ProgramCompiler.compileProbe(graph, archive), side, BATCH)) {
        run(probe, observed, inference -> include(names, inference, ranges));
        run(probe, compared, inference -> expected.add(first(inference)));
      }
      ActivationRanges fromBatchNorms =
          ActivationRanges.ofBatchNorms(graph, ActivationRanges.DEVIATIONS);
      int before = agreeing(engine, graph, fromBatchNorms, side, compared, expected);
      int after = agreeing(engine, graph, fromBatchNorms.refined(ranges), side, compared, expected);
      if (Math.max(before, after) < LEAST_AGREEMENT * expected.size()) {
        throw new WeightsException(
            "int8 does not suit %s: it agrees with fp32 on %d of %d pictures only; nothing is kept"
                .formatted(model.name(), Math.max(before, after), expected.size()));
      }
      if (after < before) {
        names.forEach(name -> ranges.put(name, fromBatchNorms.of(name)));
      }
      Path kept = Calibrations.of(properties).keep(weights.sha256(), ranges);
      return new Report(observed.size(), compared.size(), before, after, kept);
    } catch (IllegalArgumentException e) {
      throw new WeightsException(
          "%s has no 8-bit form: %s".formatted(model.name(), e.getMessage()));
    }
  }

  private static List<Path> files(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      throw new WeightsException("%s is no folder".formatted(folder));
    }
    try (Stream<Path> all = Files.walk(folder)) {
      return all.filter(Files::isRegularFile).sorted().limit(MOST).toList();
    }
  }

  private List<Crop> crops(List<Path> files, Preset preset) throws IOException {
    PictureDecoder decoder =
        new PictureDecoder(
            NativeImageLibrary.load(properties.natives()), properties.serving().decode());
    ImageLimits limits = new ImageLimits(properties.image().maxPixels());
    List<Crop> crops = new ArrayList<>();
    for (Path file : files) {
      if (Files.size(file) > properties.image().maxBytes().toBytes()) {
        complaints.accept(file + " is too large");
        continue;
      }
      byte[] bytes = Files.readAllBytes(file);
      try {
        crops.add(
            new Crop(decoder.crop(bytes, PictureHeader.read(bytes, limits), preset), true, false));
      } catch (ProblemException e) {
        complaints.accept(file + ": " + e.getMessage());
      }
    }
    return crops;
  }

  private static int agreeing(
      NativeEngine engine,
      Graph graph,
      ActivationRanges ranges,
      int side,
      List<Crop> pictures,
      List<Integer> expected)
      throws IOException {
    List<Integer> found = new ArrayList<>();
    try (CompiledModel int8 =
        engine.load(
            archive -> ProgramCompiler.compileInt8(graph, ranges, side, archive), side, BATCH)) {
      run(int8, pictures, inference -> found.add(first(inference)));
    }
    int agreeing = 0;
    for (int i = 0; i < expected.size(); i++) {
      agreeing += expected.get(i).equals(found.get(i)) ? 1 : 0;
    }
    return agreeing;
  }

  private static void run(CompiledModel model, List<Crop> crops, Consumer<Inference> each) {
    try (Session session = model.newSession()) {
      for (int from = 0; from < crops.size(); from += BATCH) {
        session.run(crops.subList(from, Math.min(from + BATCH, crops.size()))).forEach(each);
      }
    }
  }

  private static void include(List<String> names, Inference inference, Map<String, Range> ranges) {
    float[] pairs = inference.features();
    if (pairs == null || pairs.length != 2 * names.size()) {
      throw new IllegalStateException("the probe does not answer with a pair for each value");
    }
    for (int i = 0; i < names.size(); i++) {
      ranges.merge(names.get(i), new Range(pairs[2 * i], pairs[2 * i + 1]), Range::including);
    }
  }

  private static int first(Inference inference) {
    float[] logits = inference.logits();
    int best = 0;
    for (int i = 1; i < logits.length; i++) {
      if (logits[i] > logits[best]) {
        best = i;
      }
    }
    return best;
  }
}
