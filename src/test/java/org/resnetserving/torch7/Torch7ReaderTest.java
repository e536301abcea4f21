package org.resnetserving.torch7;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.resnetserving.torch7.TorchWriter.module;
import static org.resnetserving.torch7.TorchWriter.object;
import static org.resnetserving.torch7.TorchWriter.table;
import static org.resnetserving.torch7.TorchWriter.tensor;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.resnetserving.network.Activation;
import org.resnetserving.network.BatchNorm;
import org.resnetserving.network.Graph;
import org.resnetserving.network.ImportGoldens;
import org.resnetserving.network.ImportedNetwork;
import org.resnetserving.network.LoadedInSmallHeap;
import org.resnetserving.network.Normalization;
import org.resnetserving.network.ReferenceEvaluator;
import org.resnetserving.network.Scale;
import org.resnetserving.torch7.TorchWriter.Value;
import org.resnetserving.weights.FileBytes;
import org.resnetserving.weights.MemoryChannel;
import org.resnetserving.weights.WeightsException;

class Torch7ReaderTest {
  @TempDir Path folder;

  private static final Normalization CIFAR =
      new Normalization(1, List.of(125.3f, 123.0f, 113.9f), List.of(63.0f, 62.1f, 66.7f));

  @Test
  void bottlenecks_answerAsPyTorchDoes() throws IOException {
    assertGolden(
        "torch7-resnet50-narrow",
        Normalization.IMAGENET,
        224,
        "Torch7 nn.Sequential: 53 convolutions, 16 additions, 10 classes");
  }

  /** Its shortcuts are of option A. */
  @Test
  void cifarNetwork_answersAsPyTorchDoes() throws IOException {
    assertGolden(
        "torch7-resnet20-cifar10",
        CIFAR,
        32,
        "Torch7 nn.Sequential: 19 convolutions, 9 additions, 10 classes");
  }

  private static void assertGolden(String name, Normalization input, int side, String structure)
      throws IOException {
    try (ImportedNetwork network =
        new Torch7Reader().read(ImportGoldens.file(name + ".t7"), input)) {
      assertThat(network.structure()).isEqualTo(structure);
      assertThat(
              ImportGoldens.difference(
                  network.graph(), side, ImportGoldens.answer(name + ".logits.f32")))
          .isLessThan(1e-4);
      assertThat(network.side()).isEqualTo(side);
      assertThat(network.activation()).isNull();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"torch7-resnet50-narrow.t7", "torch7-resnet20-cifar10.t7"})
  void goldens_areTold(String name) {
    var file = ImportGoldens.file(name);
    try (FileBytes bytes = FileBytes.open(file)) {
      assertThat(new Torch7Reader().matches(file, bytes.start(4096))).isTrue();
    }
  }

  @Test
  void writtenNetwork_isTheSame() throws IOException {
    Graph graph = LoadedInSmallHeap.narrow();
    ImportedNetwork network = read(TorchWriter.model(graph));

    byte[] pixels = ImportGoldens.pixels(64);
    assertThat(ReferenceEvaluator.logits(network.graph(), pixels, 64, 64))
        .containsExactly(ReferenceEvaluator.logits(graph, pixels, 64, 64), within(1e-9));
    assertThat(network.side()).isEqualTo(224);
  }

  @Test
  void resNet152_loadsInA512MegabyteHeap() throws Exception {
    Path file = folder.resolve("resnet152.t7");
    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file))) {
      TorchWriter.model(LoadedInSmallHeap.resNet152()).write(new TorchWriter(out));
    }

    assertThat(LoadedInSmallHeap.run(Torch7Reader.class, file, folder.resolve("out.pt"))).isZero();
  }

  /** A wrapper of several processors that refers to itself, functions, and CUDA's tensors. */
  @Test
  void whatTrainingLeaves_isPassedOver() {
    Value inner = module("nn.Sequential", pooled(), linear("Cuda", 1, 2, 3, 4, 5, 6));
    Value wrapper =
        w -> {
          int self = w.next();
          w.i32(4, self).letters("V 3").letters("nn.DataParallelTable");
          table(1, 1, 2, 2).write(w); // the processors come first
          Value itself = v -> v.i32(4, self);
          Value closure =
              v ->
                  v.i32(8, v.next())
                      .letters("\u001bLua")
                      .i32(3, v.next(), 1)
                      .i32(1)
                      .i64(Double.doubleToLongBits(1))
                      .i32(4, self);
          Value old = v -> v.i32(6).letters("\u001bLua").i32(3, v.next(), 0);
          table(
                  "impl",
                  object("nn.DataParallelTable.Basic", "dpt", itself),
                  "init",
                  closure,
                  "hook",
                  old,
                  "modules",
                  TorchWriter.list(List.of(inner)))
              .write(w);
        };
    Value checkpoint = table("epoch", 90, "nothing", (Value) w -> w.i32(0), "model", wrapper);

    ImportedNetwork network = read(checkpoint);

    assertThat(network.graph().layers()).hasSize(3);
    assertThat(network.graph().classes()).isEqualTo(2);
  }

  /** Version 1 of the module stored 1 / sqrt(variance + eps). */
  @Test
  void oldBatchNorm_storesInverseDeviations() {
    Value norm =
        object(
            "nn.SpatialBatchNormalization",
            "eps",
            0.5,
            "running_mean",
            tensor(new float[] {1, 2, 3}, 3),
            "running_std",
            tensor(new float[] {1, 0.5f, 0.25f}, 3));
    Graph graph = read(module("nn.Sequential", norm, pooled(), linear("Float", 1, 2, 3))).graph();

    BatchNorm read = (BatchNorm) graph.layer("model.1");
    assertThat(read.variance().read()).containsExactly(0.5f, 3.5f, 15.5f);
    assertThat(read.gamma().read()).containsExactly(1, 1, 1);
  }

  @Test
  void softmaxInside_isNotApplied() {
    ImportedNetwork network =
        read(module("nn.Sequential", pooled(), linear("Float", 1, 2, 3), object("nn.LogSoftMax")));

    assertThat(network.activation()).isEqualTo(Activation.SOFTMAX);
    assertThat(network.graph().logits()).isEqualTo("model.2");
  }

  @Test
  void dropoutOfVersion1_scales() {
    Value old = object("nn.Dropout", "p", 0.25);
    Value current = object("nn.Dropout", "p", 0.25, "v2", true);
    Graph graph = read(module("nn.Sequential", pooled(), old, current)).graph();

    assertThat(graph.layer("model.2")).isEqualTo(new Scale("model.2", "model.1.1", 0.75));
  }

  @Test
  void whatTheGraphHasNoWordFor_isRefusedByNameAndType() {
    assertRefused(module("nn.Sequential", object("nn.Tanh")), "model.1 (nn.Tanh)", "not read");
    assertRefused(module("nn.Sequential", object("my.Layer")), "model.1", "my.Layer");
    assertRefused(
        module("nn.ConcatTable", object("nn.ReLU", "inplace", true), object("nn.Identity")),
        "model.1 (nn.ReLU)",
        "writes over a value that another branch reads");
    assertRefused(table("a", 1), "holds a table with 0 models");
    assertRefused(object("tds.Hash"), "holds a tds.Hash");
    assertRefused(w -> w.i32(99), "has no value of type 99 (at byte 0)");
    assertRefused(
        w -> w.i32(4, 1).letters("V 1").letters("torch.FloatStorage").i64(1L << 40),
        "is truncated: a storage of 1099511627776 elements");
  }

  /** A module that holds itself, and tables deeper than any network. */
  @Test
  void endlessNesting_isRefused() {
    assertRefused(
        w ->
            w.i32(4, 1)
                .letters("V 1")
                .letters("nn.Sequential")
                .i32(3, 2, 1)
                .i32(2)
                .letters("modules")
                .i32(3, 3, 1)
                .i32(1)
                .i64(Double.doubleToLongBits(1))
                .i32(4, 1),
        "is nested deeper than 64 modules");
    assertRefused(
        w -> {
          for (int i = 1; i < 300; i++) {
            w.i32(3, i, 1);
          }
        },
        "nests deeper than 200 values");
  }

  @Test
  void truncatedFile_isRefused() throws IOException {
    byte[] whole = Files.readAllBytes(ImportGoldens.file("torch7-resnet50-narrow.t7"));
    for (int length : new int[] {1, 100, 5000, whole.length / 2}) {
      assertThatThrownBy(() -> read(Arrays.copyOf(whole, length)))
          .isInstanceOf(WeightsException.class)
          .hasMessageContaining("is truncated");
    }
  }

  @Test
  void textFile_isRefusedWithAdvice() {
    byte[] text = "4\n1\n3\nV 1\n13\nnn.Sequential\n".getBytes(StandardCharsets.US_ASCII);

    assertThat(new Torch7Reader().matches(Path.of("a.t7"), ByteBuffer.wrap(text))).isTrue();
    assertThatThrownBy(() -> read(text))
        .isInstanceOf(WeightsException.class)
        .hasMessageContaining("torch.save(file, model, 'binary')");
  }

  private static Value pooled() {
    return module("nn.Sequential", object("nn.SpatialAdaptiveAveragePooling", "W", 1, "H", 1));
  }

  private static Value linear(String type, float... weights) {
    return object("nn.Linear", "weight", tensor(type, weights, weights.length / 3, 3));
  }

  private static void assertRefused(Value value, String... words) {
    assertThatThrownBy(() -> read(value))
        .isInstanceOf(WeightsException.class)
        .hasMessageContainingAll(words);
  }

  private static ImportedNetwork read(Value value) {
    return read(TorchWriter.file(value));
  }

  private static ImportedNetwork read(byte[] file) {
    return new Torch7Reader().read(MemoryChannel.source(file), Normalization.IMAGENET);
  }
}
