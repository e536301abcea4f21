package org.resnetserving.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.resnetserving.network.Activation;
import org.resnetserving.network.Convolution;
import org.resnetserving.network.GlobalAveragePool;
import org.resnetserving.network.Graph;
import org.resnetserving.network.GraphBuilder;
import org.resnetserving.network.ImportGoldens;
import org.resnetserving.network.ImportedNetwork;
import org.resnetserving.network.Linear;
import org.resnetserving.network.LoadedInSmallHeap;
import org.resnetserving.network.NetworkReader;
import org.resnetserving.network.Normalization;
import org.resnetserving.network.Normalize;
import org.resnetserving.network.ReferenceEvaluator;
import org.resnetserving.network.Relu;
import org.resnetserving.network.Weight;
import org.resnetserving.network.Window;
import org.resnetserving.weights.FileBytes;
import org.resnetserving.weights.MemoryChannel;
import org.resnetserving.weights.ProtobufWriter;
import org.resnetserving.weights.WeightsException;

class OnnxReaderTest {
  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"onnx-resnet50-narrow", "onnx-resnet50-narrow-folded"})
  void golden_answersAsPyTorchDoes(String name) throws IOException {
    Path file = ImportGoldens.file(name + ".onnx");
    try (ImportedNetwork network = new OnnxReader().read(file, Normalization.IMAGENET)) {
      assertThat(network.structure()).endsWith("53 convolutions, 16 additions, 10 classes");
      assertThat(
              ImportGoldens.difference(
                  network.graph(), 224, ImportGoldens.answer(name + ".logits.f32")))
          .isLessThan(1e-4);
      assertThat(network.activation()).isNull();
    }
    try (FileBytes bytes = FileBytes.open(file)) {
      assertThat(new OnnxReader().matches(file, bytes.start(NetworkReader.START_BYTES))).isTrue();
    }
  }

  @Test
  void writtenNetwork_isTheSame() throws IOException {
    Graph graph = LoadedInSmallHeap.narrow();
    ImportedNetwork network = read(new OnnxWriter().graph(graph, -1));

    byte[] pixels = ImportGoldens.pixels(64);
    assertThat(ReferenceEvaluator.logits(network.graph(), pixels, 64, 64))
        .containsExactly(ReferenceEvaluator.logits(graph, pixels, 64, 64), within(1e-9));
    assertThat(network.side()).isNull();
    assertThat(read(new OnnxWriter().graph(graph, 96)).side()).isEqualTo(96);
  }

  @Test
  void resNet152_loadsInA512MegabyteHeap() throws Exception {
    Path file = folder.resolve("resnet152.onnx");
    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file))) {
      new OnnxWriter().graph(LoadedInSmallHeap.resNet152(), 224).write(out);
    }

    assertThat(LoadedInSmallHeap.run(OnnxReader.class, file, folder.resolve("out.pt"))).isZero();
  }

  /** As tf2onnx writes: channels last at both ends, a bias and a scale apart, softmax inside. */
  @Test
  void channelsLastNetwork_answersAsTheSameChannelsFirst() throws IOException {
    float[] kernel = ramp(4 * 3 * 9);
    float[] matrix = ramp(4 * 5);
    ImportedNetwork network =
        read(
            new OnnxWriter()
                .input("x", -1, 16, 16, 3)
                .floats("k", kernel, 4, 3, 3, 3)
                .floats("s", new float[] {1, 2, 3, 4}, 1, 4, 1, 1)
                .floats("b", new float[] {0.1f, 0.2f, 0.3f, 0.4f}, 4, 1, 1)
                .floats("m", matrix, 4, 5)
                .floats("c", ramp(5), 5)
                .sizes("to", -1, 4)
                .node("Transpose", List.of("x"), "t", OnnxWriter.integers("perm", 0, 3, 1, 2))
                .node(
                    "Conv",
                    List.of("t", "k"),
                    "y",
                    OnnxWriter.integers("strides", 2, 2),
                    new ProtobufWriter().text(1, "auto_pad").text(4, "SAME_UPPER"))
                .node("Mul", List.of("y", "s"), "y1")
                .node("Add", List.of("y1", "b"), "y2")
                .node("Relu", List.of("y2"), "r")
                .node("ReduceMean", List.of("r"), "p", OnnxWriter.integers("axes", 2, 3))
                .node("Transpose", List.of("p"), "q", OnnxWriter.integers("perm", 0, 2, 3, 1))
                .node("Reshape", List.of("q", "to"), "f")
                .node("MatMul", List.of("f", "m"), "z")
                .node("Add", List.of("z", "c"), "zc")
                .node("Softmax", List.of("zc"), "probabilities")
                .output("probabilities"));
    Graph graph = network.graph();
    byte[] pixels = ImportGoldens.pixels(16);

    float[] scaled = kernel.clone();
    for (int i = 0; i < scaled.length; i++) {
      scaled[i] *= 1 + i / 27;
    }
    GraphBuilder plain = new GraphBuilder(Normalization.IMAGENET, 16);
    String y =
        plain.add(
            new Convolution(
                "y",
                plain.input(),
                new Weight("k", new int[] {4, 3, 3, 3}, scaled::clone),
                new Weight("b", new int[] {4}, () -> new float[] {0.1f, 0.2f, 0.3f, 0.4f}),
                new Window(3, 3, 2, 0, 0, 1, 1)));
    String p = plain.add(new GlobalAveragePool("p", plain.add(new Relu("r", y))));
    Weight turned = new Weight("m", new int[] {4, 5}, matrix::clone).transposed();
    String z = plain.add(new Linear("z", p, turned, new Weight("c", new int[] {5}, () -> ramp(5))));
    assertThat(ReferenceEvaluator.logits(graph, pixels, 16, 16))
        .containsExactly(ReferenceEvaluator.logits(plain.build(z), pixels, 16, 16), within(1e-6));
    assertThat(network.activation()).isEqualTo(Activation.SOFTMAX);
    assertThat(network.side()).isEqualTo(16);
    assertThat(graph.layers()).hasSize(5);
  }

  /** What the graph does to its input goes into what is done to the pixels. */
  @Test
  void normalisationInside_isJoinedToTheGivenOne() {
    ImportedNetwork network =
        read(
            pooled(
                new OnnxWriter()
                    .floats("mean", new float[] {1, 2, 3}, 1, 3, 1, 1)
                    .floats("half", new float[] {2})
                    .node("Sub", List.of("x", "mean"), "a")
                    .node("Div", List.of("a", "half"), "y")));

    assertThat(network.structure()).endsWith("it normalises its input itself");
    Normalize how = (Normalize) network.graph().layers().get(0);
    for (int c = 0; c < 3; c++) {
      assertThat(how.how().apply(200, c))
          .isCloseTo((Normalization.IMAGENET.apply(200, c) - 1 - c) / 2, within(1e-5f));
    }
  }

  private static OnnxWriter pooled(OnnxWriter before) {
    return before
        .input("x", 1, 3, 16, 16)
        .node("GlobalAveragePool", List.of("y"), "p")
        .node("Flatten", List.of("p"), "f")
        .output("f");
  }

  @Test
  void whatTheGraphHasNoWordFor_isRefusedByNameAndType() {
    assertRefused(
        pooled(new OnnxWriter().node("Softplus", List.of("x"), "y")),
        "node /y (Softplus)",
        "is an operator that is not read");
    assertRefused(
        pooled(new OnnxWriter().node("QuantizeLinear", List.of("x"), "y")),
        "node /y (QuantizeLinear)",
        "is of a quantised model");
    assertRefused(
        pooled(new OnnxWriter().node("Relu", List.of("nowhere"), "y")),
        "nowhere is read, but nothing makes it");
    assertRefused(
        new OnnxWriter().input("a", 1, 3, 8, 8).input("b", 1, 3, 8, 8), "has 2 inputs [a, b]");
    assertRefused(
        pooled(
            new OnnxWriter()
                .tensor(
                    () ->
                        new ProtobufWriter()
                            .text(8, "w")
                            .integer(14, 1)
                            .message(
                                13, new ProtobufWriter().text(1, "location").text(2, "w.data")))),
        "w: has its numbers in w.data",
        "external_data=False");
    assertRefused(
        pooled(
            new OnnxWriter()
                .floats("k", new float[9], 1, 4, 3, 3)
                .node("Conv", List.of("x", "k"), "y")),
        "k: has 9 numbers, its shape wants 36");
  }

  private static void assertRefused(OnnxWriter file, String... words) {
    assertThatThrownBy(() -> read(file))
        .isInstanceOf(WeightsException.class)
        .hasMessageContainingAll(words);
  }

  @Test
  void truncatedFile_isRefused() throws IOException {
    byte[] whole = Files.readAllBytes(ImportGoldens.file("onnx-resnet50-narrow.onnx"));
    for (int length : new int[] {1, 100, 5000, whole.length - 1}) {
      assertThatThrownBy(() -> read(Arrays.copyOf(whole, length)))
          .isInstanceOf(WeightsException.class)
          .hasMessageContaining("test.bin");
    }
  }

  private static float[] ramp(int count) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = i % 7 - 3 + i * 0.01f;
    }
    return values;
  }

  private static ImportedNetwork read(OnnxWriter file) {
    return read(file.file());
  }

  private static ImportedNetwork read(byte[] file) {
    return new OnnxReader().read(MemoryChannel.source(file), Normalization.IMAGENET);
  }
}
