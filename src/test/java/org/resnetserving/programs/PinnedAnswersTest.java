package org.resnetserving.programs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.resnetserving.engine.CompiledModel;
import org.resnetserving.engine.CpuFeatures;
import org.resnetserving.engine.Crop;
import org.resnetserving.engine.EngineFailure;
import org.resnetserving.engine.Engines;
import org.resnetserving.engine.Inference;
import org.resnetserving.engine.NativeEngine;
import org.resnetserving.engine.Session;
import org.resnetserving.image.DecodeMode;
import org.resnetserving.image.ImageLimits;
import org.resnetserving.image.NativeImageLibrary;
import org.resnetserving.image.Picture;
import org.resnetserving.image.PictureDecoder;
import org.resnetserving.models.ModelDescriptor;
import org.resnetserving.models.ModelDescriptors;
import org.resnetserving.models.ModelFile;
import org.resnetserving.network.ActivationRanges;
import org.resnetserving.network.Arithmetic;
import org.resnetserving.network.Goldens;
import org.resnetserving.network.Graph;
import org.resnetserving.network.ImportedNetwork;
import org.resnetserving.network.ProgramCompiler;
import org.resnetserving.network.ProgramKind;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The bundled models' answers in every program, from the picture's file on: those in fp32 are
 * PyTorch's ({@code golden.logits.f32}); those in bf16 and int8 are pinned ({@code
 * golden.<program>.logits.f32}, by this test with {@code -Dpinned=write}) and near PyTorch's. How
 * far apart processors are is in programs/RATIONALE.md.
 */
final class PinnedAnswersTest {
  private static final Path GOLDEN = Path.of("src/test/resources/golden/models");
  private static final Path RESOURCES = Path.of("src/test/resources");

  /** By how much bf16 may differ where the processor adds otherwise, or has to emulate it. */
  private static final double EMULATED = 0.005;

  private static final boolean WRITE = "write".equals(System.getProperty("pinned"));

  /**
   * @param pinned by how much a probability may differ from the one that is pinned
   * @param ofPyTorch by how much it may differ from PyTorch's
   */
  @ParameterizedTest
  @CsvSource({
    "resnet20-cifar10, PLAIN, 1e-5, 1e-5",
    "resnet20-cifar10, FUSED, 1e-5, 1e-5",
    "resnet20-cifar10, FUSED_BF16, 0.0002, 0.02",
    "resnet20-cifar10, FUSED_INT8, 0.0002, 0.03",
    "resnet20-cifar10, FUSED_INT7, 0.0002, 0.03",
    "resnet50-tiny-imagenet, PLAIN, 1e-5, 1e-5",
    "resnet50-tiny-imagenet, FUSED, 1e-5, 1e-5",
    "resnet50-tiny-imagenet, FUSED_BF16, 0.0002, 0.02",
    "resnet50-tiny-imagenet, FUSED_INT8, 0.0002, 0.03",
    "resnet50-tiny-imagenet, FUSED_INT7, 0.0002, 0.03"
  })
  void probabilities_stayWhereTheyArePinned(
      String name, ProgramKind kind, double pinned, double ofPyTorch) throws IOException {
    ModelDescriptor model = ModelDescriptors.read(Path.of("models", name + ".yml"));
    List<String> files = files(name);
    List<double[]> answers = answers(model, kind, files);
    int classes = answers.get(0).length;
    Path pytorch = GOLDEN.resolve(name).resolve("golden.logits.f32");
    hold(kind, files, answers, logits(pytorch, classes), "PyTorch's", ofPyTorch);
    if (kind.arithmetic() == Arithmetic.FP32) {
      return;
    }
    Path pins =
        GOLDEN.resolve(name).resolve("golden.%s.logits.f32".formatted(ProgramTrial.program(kind)));
    if (WRITE) {
      write(pins, answers);
    }
    double tolerance = kind == ProgramKind.FUSED_BF16 && !sumsAsPinned() ? EMULATED : pinned;
    hold(kind, files, answers, logits(pins, classes), "the pinned one", tolerance);
  }

  /** Whether products of bfloat16 are added as where they were pinned. */
  private static boolean sumsAsPinned() {
    return CpuFeatures.has("avx512_bf16")
        && !CpuFeatures.has("amx_bf16")
        && System.getenv("ONEDNN_MAX_CPU_ISA") == null;
  }

  private static void hold(
      ProgramKind kind,
      List<String> files,
      List<double[]> answers,
      List<double[]> references,
      String whose,
      double tolerance) {
    double moved = 0;
    String where = "";
    for (int i = 0; i < files.size(); i++) {
      double[] answer = Goldens.softmax(answers.get(i));
      double[] reference = Goldens.softmax(references.get(i));
      for (int j = 0; j < answer.length; j++) {
        double difference = Math.abs(answer[j] - reference[j]);
        if (!(difference <= moved)) {
          moved = difference;
          where =
              String.format(
                  Locale.ROOT,
                  "%s, class %d: %.7f is not %s, %.7f",
                  files.get(i),
                  j,
                  answer[j],
                  whose,
                  reference[j]);
        }
      }
    }
    assertThat(moved)
        .as("%s moved most at %s; allowed are %s", ProgramTrial.program(kind), where, tolerance)
        .isLessThanOrEqualTo(tolerance);
  }

  private static List<String> files(String name) throws IOException {
    JsonNode golden =
        new JsonMapper().readTree(Files.readString(GOLDEN.resolve(name).resolve("golden.json")));
    return golden.get("files").valueStream().map(JsonNode::stringValue).toList();
  }

  private List<double[]> answers(ModelDescriptor model, ProgramKind kind, List<String> files)
      throws IOException {
    NativeEngine engine = Engines.engine();
    if (kind == ProgramKind.FUSED_INT8 && KernelWidth.tell(engine) != kind) {
      abort("this processor's sums of 8-bit products overflow; fused-int7 runs instead");
    }
    PictureDecoder decoder =
        new PictureDecoder(NativeImageLibrary.load(Path.of("target/natives")), DecodeMode.EXACT);
    List<Crop> crops = new ArrayList<>();
    for (String file : files) {
      byte[] bytes = Files.readAllBytes(RESOURCES.resolve(file));
      crops.add(
          new Crop(
              decoder.crop(Picture.read(bytes, ImageLimits.DEFAULT), model.preset().square())));
    }
    Path weights = model.weights().file();
    try (ImportedNetwork network = ModelFile.of(model, weights).open()) {
      Graph graph = network.graph();
      int side = model.preset().side();
      try (CompiledModel compiled =
              engine.load(archive -> compile(graph, kind, side, archive), side, crops.size());
          Session session = compiled.newSession()) {
        return session.run(crops).stream().map(PinnedAnswersTest::doubles).toList();
      }
    } catch (EngineFailure e) {
      if (kind == ProgramKind.PLAIN) {
        throw e;
      }
      abort("%s does not run here: %s".formatted(kind, e.getMessage()));
      return List.of();
    }
  }

  /** As the service does it for a model that nobody calibrated. */
  private static void compile(Graph graph, ProgramKind kind, int side, Path archive)
      throws IOException {
    if (kind.arithmetic() == Arithmetic.INT8) {
      ActivationRanges ranges = ActivationRanges.ofBatchNorms(graph, ActivationRanges.DEVIATIONS);
      ProgramCompiler.compileInt8(graph, ranges, kind, side, archive);
    } else {
      ProgramCompiler.compile(graph, kind, side, archive);
    }
  }

  private static double[] doubles(Inference inference) {
    double[] logits = new double[inference.logits().length];
    for (int i = 0; i < logits.length; i++) {
      logits[i] = inference.logits()[i];
    }
    return logits;
  }

  private static List<double[]> logits(Path file, int classes) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
    List<double[]> rows = new ArrayList<>();
    while (bytes.hasRemaining()) {
      double[] row = new double[classes];
      for (int i = 0; i < classes; i++) {
        row[i] = bytes.getFloat();
      }
      rows.add(row);
    }
    return rows;
  }

  private static void write(Path file, List<double[]> rows) throws IOException {
    ByteBuffer bytes =
        ByteBuffer.allocate(rows.size() * rows.get(0).length * Float.BYTES)
            .order(ByteOrder.LITTLE_ENDIAN);
    for (double[] row : rows) {
      for (double value : row) {
        bytes.putFloat((float) value);
      }
    }
    Files.write(file, bytes.array());
  }
}
