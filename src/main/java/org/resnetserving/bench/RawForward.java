package org.resnetserving.bench;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.resnetserving.engine.CompiledModel;
import org.resnetserving.engine.Crop;
import org.resnetserving.engine.EngineFailure;
import org.resnetserving.engine.NativeEngine;
import org.resnetserving.engine.Session;
import org.resnetserving.image.DecodeMode;
import org.resnetserving.image.ImageLimits;
import org.resnetserving.image.NativeImageLibrary;
import org.resnetserving.image.Picture;
import org.resnetserving.image.PictureDecoder;
import org.resnetserving.models.ModelDescriptor;
import org.resnetserving.models.ModelDescriptors;
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
  private static final int PICTURES = 8;
  private static final double WARM_UP_SECONDS = 1;

  /**
   * What was measured.
   *
   * @param precision of the program
   * @param programs by kind
   * @param decode of one picture, by what and how
   */
  record Result(String precision, List<Program> programs, Map<String, Costs> decode) {}

  /**
   * One program.
   *
   * @param kind which
   * @param failure why it does not run here; empty if it does
   * @param alone one worker, one picture at a time
   * @param together all workers at once, by batch size, per picture
   */
  record Program(String kind, String failure, Costs alone, Map<Integer, Costs> together) {}

  /**
   * Costs of one picture.
   *
   * @param perSecond how many a second, on all threads together
   * @param millis median time that it takes
   * @param cpuMillis processor time that it takes
   */
  record Costs(double perSecond, double millis, double cpuMillis) {
    static final Costs UNKNOWN = new Costs(Double.NaN, Double.NaN, Double.NaN);
  }

  private RawForward() {}

  static void run(Map<String, String> settings) throws Exception {
    ModelDescriptor descriptor =
        ModelDescriptors.read(Path.of(settings.getOrDefault("descriptor", "")));
    String precision = settings.getOrDefault("precision", "fp32");
    int workers = Integer.parseInt(settings.getOrDefault("workers", "1"));
    int threads = Integer.parseInt(settings.getOrDefault("threads", "1"));
    double seconds = Double.parseDouble(settings.getOrDefault("seconds", "2"));
    NativeEngine engine = NativeEngine.start(Programs.natives(), threads);
    List<Program> programs = new ArrayList<>();
    for (ProgramKind kind : ProgramKind.values()) {
      if (kind != ProgramKind.STOCK && kind.arithmetic().name().equalsIgnoreCase(precision)) {
        programs.add(program(engine, descriptor, kind, workers, seconds));
      }
    }
    Result result =
        new Result(
            precision,
            programs,
            Map.of(
                DECODE_ALONE,
                decode(descriptor, Photographs.SMALL, DecodeMode.EXACT, 1, seconds),
                DECODE_TOGETHER,
                decode(descriptor, Photographs.SMALL, DecodeMode.EXACT, workers * threads, seconds),
                LARGE_EXACT,
                decode(descriptor, Photographs.LARGE, DecodeMode.EXACT, 1, seconds),
                LARGE_FAST,
                decode(descriptor, Photographs.LARGE, DecodeMode.FAST, 1, seconds)));
    System.out.println(MARK + new JsonMapper().writeValueAsString(result));
  }

  private static Program program(
      NativeEngine engine,
      ModelDescriptor descriptor,
      ProgramKind kind,
      int workers,
      double seconds)
      throws Exception {
    int side = descriptor.preset().side();
    try (CompiledModel model =
        engine.load(archive -> Programs.compile(descriptor, kind, archive), side, PICTURES)) {
      return measured(kind, model, workers, seconds);
    } catch (EngineFailure | ExecutionException e) {
      return new Program(kind.name(), String.valueOf(e.getMessage()), Costs.UNKNOWN, Map.of());
    }
  }

  private static Program measured(
      ProgramKind kind, CompiledModel model, int workers, double seconds) throws Exception {
    List<Crop> crops = new ArrayList<>();
    for (int i = 0; i < PICTURES; i++) {
      byte[] pixels = new byte[model.cropBytes()];
      new java.util.Random(i).nextBytes(pixels);
      crops.add(new Crop(pixels));
    }
    Map<Integer, Costs> together = new java.util.TreeMap<>();
    for (int batch : BATCHES) {
      together.put(batch, forward(model, crops.subList(0, batch), workers, seconds));
    }
    return new Program(kind.name(), "", forward(model, crops.subList(0, 1), 1, seconds), together);
  }

  private static Costs forward(CompiledModel model, List<Crop> crops, int workers, double seconds)
      throws Exception {
    List<Callable<Runnable>> works = new ArrayList<>();
    for (int i = 0; i < workers; i++) {
      works.add(
          () -> {
            Session session = model.newSession();
            return () -> session.run(crops);
          });
    }
    return repeat(works, crops.size(), seconds);
  }

  private static Costs decode(
      ModelDescriptor descriptor,
      Photographs photographs,
      DecodeMode mode,
      int threads,
      double seconds)
      throws Exception {
    NativeImageLibrary library = NativeImageLibrary.load(Programs.natives());
    PictureDecoder decoder = new PictureDecoder(library, mode);
    List<byte[]> files = photographs.jpegs(PICTURES / 2);
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
    return repeat(works, 1, seconds);
  }

  /** Repeats each work on a thread of its own, all at the same time. */
  private static Costs repeat(List<Callable<Runnable>> works, int pictures, double seconds)
      throws Exception {
    ExecutorService executor = Executors.newFixedThreadPool(works.size());
    try {
      long measured = System.nanoTime() + (long) (WARM_UP_SECONDS * 1e9);
      long end = measured + (long) (seconds * 1e9);
      List<Future<List<Long>>> running = new ArrayList<>();
      for (Callable<Runnable> work : works) {
        running.add(executor.submit(() -> repeat(work.call(), measured, end)));
      }
      Thread.sleep((long) (WARM_UP_SECONDS * 1e3));
      long before = cpuNanos();
      List<Long> times = new ArrayList<>();
      for (Future<List<Long>> one : running) {
        times.addAll(one.get());
      }
      long cpu = cpuNanos() - before;
      double count = times.size() * (double) pictures;
      return new Costs(
          count / seconds,
          Latencies.of(times.stream().mapToLong(Long::longValue).toArray()).p50(),
          cpu / 1e6 / count);
    } finally {
      executor.shutdown();
    }
  }

  private static List<Long> repeat(Runnable work, long measured, long end) {
    List<Long> times = new ArrayList<>();
    for (long start = System.nanoTime(); start - end < 0; start = System.nanoTime()) {
      work.run();
      if (start - measured >= 0) {
        times.add(System.nanoTime() - start);
      }
    }
    return times;
  }

  private static long cpuNanos() throws IOException {
    return ManagementFactory.getOperatingSystemMXBean()
            instanceof com.sun.management.OperatingSystemMXBean system
        ? system.getProcessCpuTime()
        : 0;
  }
}
