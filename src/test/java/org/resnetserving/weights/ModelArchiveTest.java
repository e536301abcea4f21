package org.resnetserving.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelArchiveTest {
  private static final Path CIFAR = Path.of("src/test/resources/golden/folders/cifar.mar");
  private static final String MANIFEST = "MAR-INF/MANIFEST.json";
  private static final byte[] NET = new WeightFileWriter().tensor("w", new int[] {1}, 7).zip();

  @TempDir private Path folder;

  @Test
  void stateDict_isThatOfTheSerializedFile() {
    try (StateDict archived = WeightFiles.open(CIFAR);
        StateDict plain =
            WeightFiles.open(Path.of("src/test/resources/weights/resnet20-cifar10.pth"))) {
      assertThat(archived.source()).isEqualTo("cifar.mar/resnet20-cifar10.pth");
      assertThat(archived.names()).containsExactlyElementsOf(plain.names());
      assertThat(archived.read("fc.weight")).isEqualTo(plain.read("fc.weight"));
    }
  }

  /** Its Python is named and not run, whatever it is called. */
  @Test
  void python_isNamedAsIgnored() throws IOException {
    Path file = archive("net.pt", "model.py", "handler.py", "requirements.txt");

    assertThat(
            WeightFiles.archive(
                file, archive -> archive.name() + archive.serializedFile() + archive.ignored()))
        .contains("netnet.pt[model.py, handler.py, requirements.txt]");
    try (StateDict dict = WeightFiles.open(file)) {
      assertThat(dict.read("w")).containsExactly(7);
    }
    assertThat(WeightFiles.archive(CIFAR, archive -> new String(archive.labels())))
        .get()
        .asString()
        .startsWith("{\"0\": \"airplane\"");
  }

  @Test
  void torchScript_isUnpacked() throws IOException {
    Map<String, byte[]> program = new LinkedHashMap<>();
    program.put("data.pkl", new byte[1]);
    program.put("code/__torch__.py", new byte[1]);
    byte[] script = WeightFileWriter.zip(program);
    Path file = write(manifest("net.pt"), Map.of("net.pt", script));
    Path target = folder.resolve("net.pt");

    assertThat(WeightFiles.formatOf(file)).isEqualTo(WeightFormat.TORCHSCRIPT_ARCHIVED);
    assertThatExceptionOfType(WeightsException.class)
        .isThrownBy(() -> WeightFiles.unpack(file, target, script.length - 1))
        .withMessageContaining("more than the %d allowed".formatted(script.length - 1));
    assertThat(target).doesNotExist();
    WeightFiles.unpack(file, target, script.length);
    assertThat(target).hasBinaryContent(script);
  }

  @Test
  void manifest_thatNamesNoFile_isRefused() throws IOException {
    refused(write(manifest("net.pt"), Map.of()), "net.pt: is named by the manifest and is not");
    refused(write("{\"model\": {}}", Map.of()), "without a serialized file, and Python in it is");
    refused(write("{", Map.of()), "MANIFEST.json: is no JSON");
    refused(
        write("{\"a\": \"" + "x".repeat(ModelArchive.MAX_MANIFEST) + "\"}", Map.of()),
        "at most 1048576 are read");
  }

  /** What a header claims is refused by the claim: no such file is written. */
  @Test
  void serializedFile_overTheBound_isRefused() throws IOException {
    Path file = archive("net.pt");

    claim(file, "net.pt", ModelArchive.MAX_SERIALIZED + 1);
    refused(file, "net.pt: has 2500000001 bytes; at most 2500000000 are read");
    claim(file, "net.pt", ModelArchive.MAX_SERIALIZED);
    assertThat(WeightFiles.archive(file, ModelArchive::serializedFile)).contains("net.pt");
  }

  @Test
  void labels_overTheBound_areRefused() throws IOException {
    Path file = archive("net.pt", "index_to_name.json");

    claim(file, "index_to_name.json", ModelArchive.MAX_LABELS + 1);
    assertThatExceptionOfType(WeightsException.class)
        .isThrownBy(() -> WeightFiles.archive(file, ModelArchive::labels))
        .withMessage("net.mar: index_to_name.json: has 16777217 bytes; at most 16777216 are read");
  }

  /** Has the zip's directory say that an entry unpacks to so many bytes. */
  private static void claim(Path file, String entry, long bytes) throws IOException {
    ByteBuffer zip = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
    // Of the same name there is a local header before, and one in the directory after.
    int name = new String(zip.array(), StandardCharsets.ISO_8859_1).lastIndexOf(entry);
    int header = name - 46;
    assertThat(zip.getInt(header)).isEqualTo(0x02014b50);
    zip.putInt(header + 24, (int) bytes);
    Files.write(file, zip.array());
  }

  private Path archive(String... entries) throws IOException {
    Map<String, byte[]> contents = new LinkedHashMap<>();
    for (String entry : entries) {
      contents.put(entry, entry.endsWith(".pt") ? NET : new byte[10]);
    }
    return write(manifest(entries[0]), contents);
  }

  private static String manifest(String file) {
    return "{\"model\": {\"modelName\": \"net\", \"serializedFile\": \"%s\"}}".formatted(file);
  }

  private Path write(String manifest, Map<String, byte[]> entries) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream out = new ZipOutputStream(bytes)) {
      for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
        out.putNextEntry(new ZipEntry(entry.getKey()));
        out.write(entry.getValue());
      }
      out.putNextEntry(new ZipEntry(MANIFEST));
      out.write(manifest.getBytes(StandardCharsets.UTF_8));
    }
    return Files.write(folder.resolve("net.mar"), bytes.toByteArray());
  }

  private static void refused(Path file, String reason) {
    assertThatExceptionOfType(WeightsException.class)
        .isThrownBy(() -> WeightFiles.open(file))
        .withMessageStartingWith("net.mar: ")
        .withMessageContaining(reason);
  }
}
