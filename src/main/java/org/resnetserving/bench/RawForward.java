package org.resnetserving.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import org.resnetserving.engine.NativeEngine;
import org.resnetserving.image.DecodeMode;
import org.resnetserving.image.ImageLimits;
import org.resnetserving.image.NativeImageLibrary;
import org.resnetserving.image.Picture;
import org.resnetserving.image.PictureDecoder;
import org.resnetserving.models.ModelDescriptor;
import org.resnetserving.models.ModelDescriptors;
import org.resnetserving.network.Graph;
import org.resnetserving.network.ImportedNetwork;
import org.resnetserving.network.ProgramKind;
import tools.jackson.databind.json.JsonMapper;

/**
 * What the parts cost without a service around them: the compiled network alone, and decoding
 * alone. Runs in a process of its own and writes one line of JSON, after {@link #MARK}.
 */
final class RawForward {
  static final String MARK = "raw: ";

  /** One thread. */
  static final String DECODE_ALONE = "0.2 MP, one at a time";

  /** As many threads as the workers have. */
  static final String DECODE_TOGETHER = "0.2 MP, on all threads";

  private static final String LARGE_EXACT = "12 MP, one at a time";
  private static final String LARGE_FAST = "12 MP, decode: fast, one at a time";

  private static final List<Integer> BATCHES = List.of(1, 2, 4, 8);
  private static final int FILES = 4;

  private final ModelDescriptor descriptor;
  private final Path natives;
  private final NativeEngine engine;
  private final int workers;
  private final int threads;
  private final double seconds;

  private RawForward(Map<String, String> settings) {
    descriptor = ModelDescriptors.read(Path.of(settings.getOrDefault("descriptor", "")));
    natives = Path.of(settings.getOrDefault("natives", ""));
    workers = Integer.parseInt(settings.getOrDefault("workers", "1"));
    threads = Integer.parseInt(settings.getOrDefault("threads", "1"));
    seconds = Double.parseDouble(settings.getOrDefault("seconds", "2"));
    engine = NativeEngine.start(natives, threads);
  }

  /**
   * What was measured.
   *
   * @param precision of the program
   * @param programs by kind
   * @param peak what the fastest of them gets out of the processor
   * @param decode of one picture, by what and how
   */
  record Result(
      String precision, List<ProgramCosts> programs, Peak peak, Map<String, Costs> decode) {}

  static void run(Map<String, String> settings) throws Exception {
    Result result = new RawForward(settings).result(settings.getOrDefault("precision", "fp32"));
    System.out.println(MARK + new JsonMapper().writeValueAsString(result));
  }

  private Result result(String precision) throws Exception {
    try (ImportedNetwork network = Programs.open(descriptor)) {
      Graph graph = network.graph();
      int side = descriptor.preset().side();
      List<ProgramCosts> programs = programs(graph, precision, side, BATCHES);
      Graph matrices = Peak.matrices();
      Peak peak =
          new Peak(
              gigaMacs(programs, graph, side),
              gigaMacs(programs(matrices, precision, Peak.SIDE, List.of(1)), matrices, Peak.SIDE));
      return new Result(
          precision,
          programs,
          peak,
          Map.of(
              DECODE_ALONE,
              decode(Photographs.SMALL, DecodeMode.EXACT, 1),
              DECODE_TOGETHER,
              decode(Photographs.SMALL, DecodeMode.EXACT, workers * threads),
              LARGE_EXACT,
              decode(Photographs.LARGE, DecodeMode.EXACT, 1),
              LARGE_FAST,
              decode(Photographs.LARGE, DecodeMode.FAST, 1)));
    }
  }

  /** Of all programs of that precision. */
  private List<ProgramCosts> programs(
      Graph graph, String precision, int side, List<Integer> batches)
      throws IOException, InterruptedException {
    List<ProgramCosts> programs = new ArrayList<>();
    for (ProgramKind kind : ProgramKind.values()) {
      if (kind != ProgramKind.STOCK && kind.arithmetic().name().equalsIgnoreCase(precision)) {
        programs.add(ProgramCosts.of(engine, graph, kind, side, batches, workers, seconds));
      }
    }
    return programs;
  }

  private static double gigaMacs(List<ProgramCosts> programs, Graph graph, int side) {
    double fastest = programs.stream().mapToDouble(ProgramCosts::mostPerSecond).max().orElse(0);
    return fastest * graph.multiplyAdds(side, side) / 1e9;
  }

  private Costs decode(Photographs photographs, DecodeMode mode, int threads)
      throws ExecutionException, InterruptedException {
    NativeImageLibrary library = NativeImageLibrary.load(natives);
    PictureDecoder decoder = new PictureDecoder(library, mode);
    List<byte[]> files = photographs.jpegs(FILES);
    List<Callable<Runnable>> works = new ArrayList<>();
    for (int i = 0; i < threads; i++) {
      int[] turn = {i};
      works.add(
          () ->
              () -> {
                byte[] file = files.get(turn[0]++ % files.size());
                decoder.crop(Picture.read(file, ImageLimits.DEFAULT), descriptor.preset().square());
              });
    }
    return Costs.of(works, 1, seconds);
  }
}
