package org.resnetserving.torchexport;

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
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.resnetserving.network.Activation;
import org.resnetserving.network.Goldens;
import org.resnetserving.network.ImportedNetwork;
import org.resnetserving.network.Normalization;
import org.resnetserving.network.ReferenceEvaluator;
import org.resnetserving.weights.WeightsException;

class TorchExportReaderTest {
  private static final Path GOLDEN = Path.of("src/test/resources/golden/import");

  private static final Path TINY = Path.of("src/test/resources/torchexport");

  @TempDir Path folder;

  /** As exported, and decomposed to core ATen. */
  @ParameterizedTest
  @ValueSource(strings = {"torch-export", "torch-export-core"})
  void exportedNetwork_answersAsInPyTorch(String name) throws IOException {
    Path file = GOLDEN.resolve(name + ".pt2");
    assertThat(matches(file)).isTrue();

    try (ImportedNetwork network = new TorchExportReader().read(file, Normalization.IMAGENET)) {
      double[] logits = ReferenceEvaluator.logits(network.graph(), Goldens.picture(224), 224, 224);

      Goldens.assertClose(logits, Goldens.floats("import/" + name + ".logits.f32"), 1e-4);
      assertThat(network.activation()).isNull();
      assertThat(network.side()).isEqualTo(224);
      assertThat(network.graph().features()).isNotNull();
      assertThat(network.graph().featureMap()).isNotNull();
      assertThat(network.structure()).isEqualTo("28 convolutions, 8 additions, 5 classes");
    }
  }

  /**
   * Every op that is read: in place and not, grouped, dilated, squeeze and excitation, shortcuts by
   * pooling and by zeros, softmax; of PyTorch 2.15 and of 2.5, whose files are laid out otherwise.
   */
  @ParameterizedTest
  @ValueSource(strings = {"tiny", "tiny-core", "tiny-2.5", "tiny-2.5-core"})
  void smallNetwork_answersAsInPyTorch(String name) throws IOException {
    Path file = TINY.resolve(name + ".pt2");
    assertThat(matches(file)).isTrue();

    try (ImportedNetwork network = new TorchExportReader().read(file, Normalization.IMAGENET)) {
      double[] logits = ReferenceEvaluator.logits(network.graph(), Goldens.picture(16), 16, 16);

      Goldens.assertClose(
          Goldens.softmax(logits), Goldens.floats("../torchexport/tiny.probabilities.f32"), 1e-5);
      assertThat(network.activation()).isEqualTo(Activation.SOFTMAX);
      assertThat(network.side()).isEqualTo(16);
    }
  }

  /** PyTorch 2.8 puts the same files as before into folders. */
  @Test
  void layoutOfPyTorch28_isRead() throws IOException {
    Path file = folder.resolve("moved.pt2");
    try (ZipFile old = new ZipFile(TINY.resolve("tiny-2.5.pt2").toFile());
        ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(file))) {
      Map<String, String> moved = new TreeMap<>();
      moved.put("serialized_exported_program.json", "net/models/model.json");
      moved.put("serialized_state_dict.pt", "net/data/weights/model.pt");
      moved.put("serialized_constants.pt", "net/data/constants/model.pt");
      for (Map.Entry<String, String> entry : moved.entrySet()) {
        byte[] bytes = old.getInputStream(old.getEntry(entry.getKey())).readAllBytes();
        ExportWriter.store(out, entry.getValue(), bytes);
      }
      ExportWriter.store(out, "net/archive_format", "pt2".getBytes(StandardCharsets.UTF_8));
    }
    assertThat(matches(file)).isTrue();

    try (ImportedNetwork network = new TorchExportReader().read(file, Normalization.IMAGENET)) {
      double[] logits = ReferenceEvaluator.logits(network.graph(), Goldens.picture(16), 16, 16);

      Goldens.assertClose(
          Goldens.softmax(logits), Goldens.floats("../torchexport/tiny.probabilities.f32"), 1e-5);
    }
  }

  @Test
  void opOutsideOfTheVocabulary_isRefusedByNameAndType() throws IOException {
    assertRefused(
        "tiny.pt2",
        bytes -> replace(bytes, "aten.sigmoid.default", "aten.erfc000.default"),
        "sigmoid: torch.ops.aten.erfc000.default is an op");
  }

  @Test
  void programInTraining_isRefused() throws IOException {
    assertRefused(
        "tiny.pt2",
        bytes ->
            replace(
                bytes,
                "\"training\", \"arg\": {\"as_bool\": false}",
                "\"training\", \"arg\": {\"as_bool\":  true}"),
        "export it after model.eval()");
  }

  @Test
  void weightBeyondItsFile_isRefused() throws IOException {
    assertRefused(
        "tiny.pt2",
        bytes -> replace(bytes, "\"sizes\": [{\"as_int\": 5}", "\"sizes\": [{\"as_int\": 9}"),
        "reaches elements 0 to");
  }

  @Test
  void sizesThatDoNotFit_areRefused() throws IOException {
    assertRefused(
        "tiny.pt2",
        bytes ->
            replace(
                bytes,
                "\"name\": \"groups\", \"arg\": {\"as_int\": 2}",
                "\"name\": \"groups\", \"arg\": {\"as_int\": 4}"),
        "conv2d_1 reads 8 channels");
  }

  @Test
  void presetOfOtherChannels_isRefused() {
    Normalization two = new Normalization(255, List.of(0f, 0f), List.of(1f, 1f));

    assertThatThrownBy(() -> new TorchExportReader().read(TINY.resolve("tiny.pt2"), two))
        .isInstanceOf(WeightsException.class)
        .hasMessageContaining("[1, 3, 16, 16]")
        .hasMessageContaining("2 channels");
  }

  @Test
  void truncatedFile_isRefusedWhereverItEnds() throws IOException {
    byte[] whole = Files.readAllBytes(TINY.resolve("tiny.pt2"));
    for (int length = 4; length < whole.length; length += 997) {
      Path part = Files.write(folder.resolve("part.pt2"), Arrays.copyOf(whole, length));

      assertThatThrownBy(() -> new TorchExportReader().read(part, Normalization.IMAGENET))
          .isInstanceOf(WeightsException.class)
          .hasMessageStartingWith("part.pt2: ");
    }
  }

  @Test
  void compiledPackage_isRefusedByName() throws IOException {
    Path file =
        zip(Map.of("net/archive_format", "pt2", "net/data/aotinductor/model/code.so", "ELF"));

    assertThat(matches(file)).isTrue();
    assertThatThrownBy(() -> new TorchExportReader().read(file, Normalization.IMAGENET))
        .isInstanceOf(WeightsException.class)
        .hasMessageContaining("AOTInductor");
  }

  @ParameterizedTest
  @ValueSource(strings = {"[", "{\"graph_module\":", "[0,"})
  void programBeyondTheBounds_isRefused(String repeated) throws IOException {
    Path file =
        zip(Map.of("net/models/model.json", repeated.repeat((15 << 20) / repeated.length())));

    assertThatThrownBy(() -> new TorchExportReader().read(file, Normalization.IMAGENET))
        .isInstanceOf(WeightsException.class)
        .hasMessageContaining("model.json");
  }

  @Test
  void flatProgramBeyondTheBounds_isRefused() throws IOException {
    Path file = zip(Map.of("net/models/model.json", "[" + "[],".repeat(5 << 20) + "0]"));

    assertThatThrownBy(() -> new TorchExportReader().read(file, Normalization.IMAGENET))
        .isInstanceOf(WeightsException.class)
        .hasMessageContaining("model.json");
  }

  @Test
  void otherZip_isNone() throws IOException {
    assertThat(matches(zip(Map.of("archive/data.pkl", "")))).isFalse();
  }

  private void assertRefused(String name, UnaryOperator<byte[]> change, String message)
      throws IOException {
    byte[] whole = Files.readAllBytes(TINY.resolve(name));
    byte[] changed = change.apply(whole);
    assertThat(changed).isNotEqualTo(whole);
    Path file = Files.write(folder.resolve("changed.pt2"), changed);

    assertThatThrownBy(() -> new TorchExportReader().read(file, Normalization.IMAGENET))
        .isInstanceOf(WeightsException.class)
        .hasMessageStartingWith("changed.pt2: ")
        .hasMessageContaining(message);
  }

  private static byte[] replace(byte[] bytes, String what, String by) {
    String text = new String(bytes, StandardCharsets.ISO_8859_1);
    return text.replace(what, by).getBytes(StandardCharsets.ISO_8859_1);
  }

  private Path zip(Map<String, String> entries) throws IOException {
    Path file = folder.resolve("made.pt2");
    try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(file))) {
      for (Map.Entry<String, String> entry : new TreeMap<>(entries).entrySet()) {
        out.putNextEntry(new ZipEntry(entry.getKey()));
        out.write(entry.getValue().getBytes(StandardCharsets.UTF_8));
        out.closeEntry();
      }
    }
    return file;
  }

  private static boolean matches(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      ByteBuffer start = ByteBuffer.wrap(in.readNBytes(4096)).order(ByteOrder.LITTLE_ENDIAN);
      return new TorchExportReader().matches(file, start);
    }
  }
}
