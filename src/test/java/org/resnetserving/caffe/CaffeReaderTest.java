package org.resnetserving.caffe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.resnetserving.network.Activation;
import org.resnetserving.network.BatchNorm;
import org.resnetserving.network.ChannelOrder;
import org.resnetserving.network.Graph;
import org.resnetserving.network.ImportGoldens;
import org.resnetserving.network.ImportedNetwork;
import org.resnetserving.network.Linear;
import org.resnetserving.network.LoadedInSmallHeap;
import org.resnetserving.network.Normalization;
import org.resnetserving.network.ReferenceEvaluator;
import org.resnetserving.weights.FileBytes;
import org.resnetserving.weights.MemoryChannel;
import org.resnetserving.weights.ProtobufWriter;
import org.resnetserving.weights.WeightsException;

class CaffeReaderTest {
  @TempDir Path folder;

  /** What the golden says: minus the mean, divided by 64. */
  private static final Normalization GOLDEN =
      new Normalization(1, List.of(104f, 117f, 123f), List.of(64f, 64f, 64f), ChannelOrder.BGR);

  @Test
  @Timeout(10)
  void length_thatLeadsBack_isNoCaffeModel() {
    // Field 3 (an input), with a length of −12.
    byte[] bytes = {0x1a, (byte) 0xf4, -1, -1, -1, -1, -1, -1, -1, -1, 1, 0};
    assertThat(
            new CaffeReader()
                .matches(
                    Path.of("test.caffemodel"),
                    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN)))
        .isFalse();
  }

  @Test
  void golden_answersAsOpenCvDoes() throws IOException {
    try (ImportedNetwork network =
        new CaffeReader().read(ImportGoldens.file("caffe-resnet50-narrow.caffemodel"), GOLDEN)) {
      assertThat(
              ImportGoldens.difference(
                  network.graph(), 112, ImportGoldens.answer("caffe-resnet50-narrow.logits.f32")))
          .isLessThan(1e-4);
      assertThat(network.side()).isEqualTo(112);
      assertThat(network.activation()).isEqualTo(Activation.SOFTMAX);
      assertThat(network.structure())
          .isEqualTo("Caffe network ResNet-50: 53 convolutions, 16 additions, 10 classes");
    }
  }

  @Test
  void golden_isTold() {
    var file = ImportGoldens.file("caffe-resnet50-narrow.caffemodel");
    try (FileBytes bytes = FileBytes.open(file)) {
      assertThat(new CaffeReader().matches(file, bytes.start(4096))).isTrue();
    }
  }

  @Test
  void writtenNetwork_isTheSame() throws IOException {
    Graph graph = LoadedInSmallHeap.narrow();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    new CaffeWriter(bytes).graph(graph, 64);
    Graph read = read(bytes.toByteArray()).graph();

    byte[] pixels = ImportGoldens.pixels(64);
    assertThat(ReferenceEvaluator.logits(read, pixels, 64, 64))
        .containsExactly(ReferenceEvaluator.logits(graph, pixels, 64, 64), within(1e-9));
    assertThat(read.features()).isNotNull();
  }

  @Test
  void resNet152_loadsInA512MegabyteHeap() throws Exception {
    Path file = folder.resolve("resnet152.caffemodel");
    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file))) {
      new CaffeWriter(out).graph(LoadedInSmallHeap.resNet152(), 224);
    }

    assertThat(LoadedInSmallHeap.run(CaffeReader.class, file, folder.resolve("out.pt"))).isZero();
  }

  /** Sums of moments, and how many: none makes them zeros. */
  @Test
  void batchNormOfNoBatches_hasMomentsOfZero() {
    BatchNorm counted = (BatchNorm) read(normed(4)).graph().layer("bn");
    assertThat(counted.mean().read()).containsExactly(0.25f, 0.5f, 0.75f);
    BatchNorm none = (BatchNorm) read(normed(0)).graph().layer("bn");
    assertThat(none.mean().read()).containsExactly(0, 0, 0);
    assertThat(none.variance().read()).containsExactly(0, 0, 0);
  }

  private static byte[] normed(float count) {
    return CaffeWriter.file(
        8,
        CaffeWriter.layer("bn", "BatchNorm", List.of("data"), "data")
            .message(7, CaffeWriter.blob(new float[] {1, 2, 3}, 3))
            .message(7, CaffeWriter.blob(new float[] {1, 1, 1}, 3))
            .message(7, CaffeWriter.blob(new float[] {count}, 1)),
        pool());
  }

  private static ProtobufWriter pool() {
    return CaffeWriter.layer("pool", "Pooling", List.of("data"), "pool")
        .message(121, new ProtobufWriter().integer(1, 1).integer(12, 1));
  }

  /** A blob may have the four sizes of old, and doubles; a softmax or its loss may end it. */
  @Test
  void layersOfVersion1_areRead() {
    ProtobufWriter matrix =
        new ProtobufWriter()
            .integer(1, 1)
            .integer(2, 1)
            .integer(3, 2)
            .integer(4, 3)
            .doubles(8, 1, 2, 3, 4, 5, 6);
    ProtobufWriter pool =
        v1(17, "pool", "data", "pool")
            .message(19, new ProtobufWriter().integer(1, 1).integer(2, 8));
    ProtobufWriter linear =
        v1(14, "ip", "pool", "ip")
            .message(6, matrix)
            .message(17, new ProtobufWriter().integer(1, 2).integer(2, 0));
    byte[] file =
        new ProtobufWriter()
            .text(1, "old")
            .message(2, pool)
            .message(2, linear)
            .message(2, v1(21, "loss", "ip", "loss").text(2, "label"))
            .text(3, "data")
            .integers(4, 1, 3, 8, 8)
            .toBytes();

    ImportedNetwork network = read(file);

    assertThat(network.activation()).isEqualTo(Activation.SOFTMAX);
    assertThat(((Linear) network.graph().layer("ip")).weight().read())
        .containsExactly(1, 2, 3, 4, 5, 6);
    assertThat(matches(file)).isTrue();
  }

  private static ProtobufWriter v1(int type, String name, String bottom, String top) {
    return new ProtobufWriter().text(4, name).integer(5, type).text(2, bottom).text(3, top);
  }

  @Test
  void layersForTraining_areLeftOut() {
    ProtobufWriter train = new ProtobufWriter().integer(1, 0);
    byte[] file =
        CaffeWriter.file(
            8,
            CaffeWriter.layer("other", "LRN", List.of("data"), "data").message(8, train),
            pool());

    assertThat(read(file).graph().layers()).hasSize(2);
  }

  @Test
  void coefficients_scaleWhatIsAdded() throws IOException {
    byte[] file =
        CaffeWriter.file(
            8,
            CaffeWriter.layer("twice", "Eltwise", List.of("data", "data"), "data")
                .message(110, new ProtobufWriter().integer(1, 1).floats(2, 1, -3)),
            pool());
    Graph graph = read(file).graph();
    byte[] pixels = ImportGoldens.pixels(8);

    Graph plain = read(CaffeWriter.file(8, pool())).graph();
    double[] once = ReferenceEvaluator.evaluate(plain, pixels, 8, 8).get("pool");
    double[] scaled = ReferenceEvaluator.evaluate(graph, pixels, 8, 8).get("pool");
    assertThat(scaled[1]).isCloseTo(-2 * once[1], within(1e-6));
  }

  @Test
  void whatTheGraphHasNoWordFor_isRefusedByNameAndType() {
    assertRefused(
        CaffeWriter.layer("norm1", "LRN", List.of("data"), "norm1"),
        "layer norm1 (LRN)",
        "is a type that is not read");
    assertRefused(
        CaffeWriter.layer("leaky", "ReLU", List.of("data"), "leaky")
            .message(123, new ProtobufWriter().real(1, 0.1f)),
        "layer leaky (ReLU)",
        "has a negative slope, 0.1");
    assertRefused(
        CaffeWriter.layer("conv", "Convolution", List.of("data"), "conv"),
        "layer conv (Convolution)",
        "has 0 blobs of weights");
    assertRefused(
        CaffeWriter.layer("sum", "Eltwise", List.of("data", "nowhere"), "sum"),
        "layer sum (Eltwise)",
        "reads nowhere, which nothing makes");
    assertRefused(
        CaffeWriter.layer("conv", "Convolution", List.of("data"), "conv")
            .message(7, CaffeWriter.blob(new float[9], 1, 4, 3, 3)),
        "conv.blobs[0]",
        "has 9 numbers, its shape wants 36");
    assertRefused(
        CaffeWriter.layer("pool", "Pooling", List.of("data"), "pool")
            .message(121, new ProtobufWriter().integer(2, 1).integer(3, 2)),
        "layer pool (Pooling)",
        "has a stride above its window");
  }

  private static void assertRefused(ProtobufWriter layer, String... words) {
    assertThatThrownBy(() -> read(CaffeWriter.file(8, layer)))
        .isInstanceOf(WeightsException.class)
        .hasMessageContainingAll(words);
  }

  @Test
  void truncatedFile_isRefused() throws IOException {
    byte[] whole = Files.readAllBytes(ImportGoldens.file("caffe-resnet50-narrow.caffemodel"));
    for (int length : new int[] {1, 100, 5000, whole.length - 1}) {
      assertThatThrownBy(() -> read(Arrays.copyOf(whole, length)))
          .isInstanceOf(WeightsException.class)
          .hasMessageContaining("test.bin");
    }
  }

  private static boolean matches(byte[] file) {
    return new CaffeReader().matches(Path.of("test.bin"), ByteBuffer.wrap(file));
  }

  private static ImportedNetwork read(byte[] file) {
    return new CaffeReader().read(MemoryChannel.source(file), Normalization.IMAGENET);
  }
}
