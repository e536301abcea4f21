package org.resnetserving.keras;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
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
import org.resnetserving.network.ChannelOrder;
import org.resnetserving.network.Goldens;
import org.resnetserving.network.Graph;
import org.resnetserving.network.ImportedNetwork;
import org.resnetserving.network.Normalization;
import org.resnetserving.network.ReferenceEvaluator;
import org.resnetserving.weights.WeightsException;

class KerasReaderTest {
  private static final Path GOLDEN = Path.of("src/test/resources/golden/import");
  private static final Path TINY = Path.of("src/test/resources/keras");
  private static final List<Float> ONES = List.of(1f, 1f, 1f);
  private static final List<Float> ZEROS = List.of(0f, 0f, 0f);
  private static final Normalization AS_THEY_ARE = new Normalization(1, ZEROS, ONES);

  @TempDir Path folder;

  /** keras_resnet's order: batch norm, ReLU, convolution; padding that depends on the size. */
  @ParameterizedTest
  @ValueSource(strings = {"h5", "keras"})
  void preactivationNetwork_answersAsInKeras(String extension) throws IOException {
    Path file = GOLDEN.resolve("keras-resnet-cifar10." + extension);

    try (ImportedNetwork network = read(file, new Normalization(255, ZEROS, ONES))) {
      assertProbabilities(network, 32, "import/keras-resnet-cifar10.probabilities.f32", 1e-4);
      assertThat(network.graph().featureMap()).isEqualTo("add_8");
      assertThat(network.structure()).isEqualTo("21 convolutions, 9 additions, 10 classes");
    }
  }

  /** keras.applications' ResNet-50. */
  @ParameterizedTest
  @ValueSource(strings = {"h5", "keras"})
  void applicationsNetwork_answersAsInKeras(String extension) throws IOException {
    Path file = GOLDEN.resolve("keras-resnet50-narrow." + extension);
    Normalization caffe =
        new Normalization(
            1, List.of(103.939f, 116.779f, 123.68f), List.of(64f, 64f, 64f), ChannelOrder.BGR);

    try (ImportedNetwork network = read(file, caffe)) {
      assertProbabilities(network, 224, "import/keras-resnet50-narrow.probabilities.f32", 1e-4);
      assertThat(network.graph().features()).isEqualTo("avg_pool");
    }
  }

  /**
   * Every layer that is read, of Keras 3.15 and of 2.15 (TensorFlow): a model in the model,
   * rescaling, groups, depthwise, squeeze and excitation, asymmetric padding, channels first.
   */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "keras3.h5",
        "keras3.keras",
        "keras2.h5",
        "keras2.keras",
        "keras3-channels-first.h5",
        "keras3-channels-first.keras"
      })
  void smallNetwork_answersAsInKeras(String name) throws IOException {
    try (ImportedNetwork network = read(TINY.resolve(name), AS_THEY_ARE)) {
      String answer = name.substring(0, name.lastIndexOf('.')) + ".probabilities.f32";
      assertProbabilities(network, 16, "../keras/" + answer, 1e-5);
    }
  }

  private static void assertProbabilities(
      ImportedNetwork network, int side, String answer, double part) throws IOException {
    Graph graph = network.graph();
    double[] logits = ReferenceEvaluator.logits(graph, Goldens.picture(side), side, side);

    Goldens.assertClose(Goldens.softmax(logits), Goldens.floats(answer), part);
    assertThat(network.activation()).isEqualTo(Activation.SOFTMAX);
    assertThat(network.side()).isEqualTo(side);
    assertThat(graph.features()).isNotNull();
  }

  @Test
  void weightsAlone_areRefusedInWords() {
    assertRefused(TINY.resolve("keras3.weights.h5"), "weights without the layers");
  }

  @Test
  void layerOutsideOfTheVocabulary_isRefusedByNameAndType() throws IOException {
    Path file = changed("keras3.h5", "\"class_name\": \"Dropout\"", "\"class_name\": \"Gropout\"");

    assertRefused(file, "drop: Gropout is a layer");
  }

  @Test
  void activationOutsideOfTheVocabulary_isRefusedByName() throws IOException {
    Path file = changed("keras3.h5", "\"activation\": \"sigmoid\"", "\"activation\": \"softsig\"");

    assertRefused(file, "se2: Dense has the activation softsig");
  }

  @Test
  void kernelOfAnotherSize_isRefused() throws IOException {
    Path file = changed("keras3.h5", "\"kernel_size\": [3, 3]", "\"kernel_size\": [5, 3]");

    assertRefused(file, "has a kernel of [3, 3, 3, 8] for a window of [5, 3]");
  }

  @Test
  void fileOfKeras1_isRefusedForItsKernels() throws IOException {
    Path file = changed("keras3.h5", "3.15.1", "1.15.1");

    assertRefused(file, "Keras 1");
  }

  @Test
  void presetOfOtherChannels_isRefused() {
    Normalization grey = new Normalization(255, List.of(0f), List.of(1f));

    assertThatThrownBy(() -> read(TINY.resolve("keras3.h5"), grey))
        .isInstanceOf(WeightsException.class)
        .hasMessageContaining("[null,16,16,3]")
        .hasMessageContaining("1 channels");
  }

  @ParameterizedTest
  @ValueSource(strings = {"keras3.h5", "keras2.keras"})
  void truncatedFile_isRefusedWhereverItEnds(String name) throws IOException {
    byte[] whole = Files.readAllBytes(TINY.resolve(name));
    for (int length = 8; length < whole.length; length += 997) {
      Path part = Files.write(folder.resolve("part"), Arrays.copyOf(whole, length));

      assertThatThrownBy(() -> new KerasReader().read(part, AS_THEY_ARE))
          .isInstanceOf(WeightsException.class)
          .hasMessageStartingWith("part: ");
    }
  }

  /** Each of 12 nodes names the next one 32 times: a group of 32 to the power of 12 names. */
  @Test
  void groupThatNamesItselfOverAndOver_isRefused() throws IOException {
    ByteBuffer file = roomBehind(Files.readAllBytes(TINY.resolve("keras3.h5")), 12 * 1024);
    long tree = file.getLong(80);
    long child = file.getLong((int) tree + 32);
    int end = file.capacity() - 12 * 1024;
    for (int level = 0; level < 12; level++) {
      int at = end + level * 1024;
      file.put(at, "TREE".getBytes(StandardCharsets.US_ASCII)).put(at + 5, (byte) level);
      file.putShort(at + 6, (short) 32);
      for (int i = 0; i < 32; i++) {
        file.putLong(at + 32 + 16 * i, child);
      }
      child = at;
    }
    replace(file, tree, child);

    assertRefused(Files.write(folder.resolve("names.h5"), file.array()), "HDF5 structure of more");
  }

  @Test
  void headerThatGoesOnInItself_isRefused() throws IOException {
    ByteBuffer file = roomBehind(Files.readAllBytes(TINY.resolve("keras3.h5")), 48);
    int at = file.capacity() - 48;
    file.put(at, (byte) 1).put(at + 2, (byte) 1).put(at + 8, (byte) 24);
    file.put(at + 16, (byte) 16).put(at + 18, (byte) 16);
    file.putLong(at + 24, at + 16).putLong(at + 32, 24);
    file.putLong(64, at);

    assertRefused(Files.write(folder.resolve("loop.h5"), file.array()), "HDF5 structure of more");
  }

  private static ByteBuffer roomBehind(byte[] file, int bytes) {
    return ByteBuffer.wrap(Arrays.copyOf(file, file.length + bytes)).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** Puts one address in the place of another, in the superblock and in the root's header. */
  private static void replace(ByteBuffer file, long address, long by) {
    for (int at = 80; at < 4096; at += 8) {
      if (file.getLong(at) == address) {
        file.putLong(at, by);
      }
    }
  }

  private static void assertRefused(Path file, String message) {
    assertThatThrownBy(() -> read(file, AS_THEY_ARE))
        .isInstanceOf(WeightsException.class)
        .hasMessageStartingWith(file.getFileName() + ": ")
        .hasMessageContaining(message);
  }

  /** A file in which a text is another of the same length. */
  private Path changed(String name, String what, String by) throws IOException {
    assertThat(by).hasSameSizeAs(what);
    String text = Files.readString(TINY.resolve(name), StandardCharsets.ISO_8859_1);
    assertThat(text).contains(what);
    return Files.writeString(
        folder.resolve(name), text.replace(what, by), StandardCharsets.ISO_8859_1);
  }

  private static ImportedNetwork read(Path file, Normalization input) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      ByteBuffer start = ByteBuffer.wrap(in.readNBytes(4096)).order(ByteOrder.LITTLE_ENDIAN);
      assertThat(new KerasReader().matches(file, start)).isTrue();
    }
    return new KerasReader().read(file, input);
  }
}
