package org.resnetserving.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class LabelsTest {
  @TempDir private Path jsonFolder;

  @TempDir Path folder;

  @Test
  void list_isOneNameALine() throws IOException {
    Labels labels = Labels.read(file("labels.txt", "cat\r\n dog \n\n"), 2);
    assertThat(labels.all()).containsExactly(new Label(0, "cat", null), new Label(1, "dog", null));
  }

  @Test
  void table_isReadByHeader() throws IOException {
    Labels labels =
        Labels.read(
            file("l.tsv", "\uFEFFname\tsynonyms\tWNID\tindex\ndog\tx\tn00000002\t1\ncat\t\t\t0\n"),
            2);
    assertThat(labels.all())
        .containsExactly(new Label(0, "cat", null), new Label(1, "dog", "n00000002"));
  }

  @Test
  void table_withoutHeader_isIndexWnidName() throws IOException {
    Labels labels = Labels.read(file("l.tsv", "0\tn00000001\tcrane\n1\tn00000002\tcrane\n"), null);
    assertThat(labels.get(1)).isEqualTo(new Label(1, "crane", "n00000002"));
  }

  @Test
  void mistakes_nameFileAndLine() throws IOException {
    assertMistake("a.txt", "cat\n\ndog", 2, "no name");
    assertMistake("a.txt", "", 1, "no labels");
    assertMistake("a.txt", "cat\n", 1, "1 labels for 2 classes");
    assertMistake("a.txt", "cat\n" + "x".repeat(301), 2, "301 characters, at most 300");
    assertMistake("a.tsv", "class\tname\n0\tcat", 1, "needs index and name");
    assertMistake("a.tsv", "index\tname\n0\tcat\n2\tdog", 3, "index 2 is not one of 0 to 1");
    assertMistake("a.tsv", "index\tname\n0\tcat\n0\tdog", 3, "index 0 is there twice");
    assertMistake("a.tsv", "index\tname\n0\tcat\n-1\tdog", 3, "'-1', not a number");
    assertMistake("a.tsv", "index\tname\n0\tcat\n1", 3, "1 tab-separated fields, 2 or more");
    assertMistake("a.tsv", "0\tn1\tcat", 1, "not an n with eight digits");
    assertMistake("a.tsv", "0\tn00000001\tcat\n1\tn00000001\tdog", 2, "n00000001 is there twice");
  }

  @Test
  void file_thatIsNotText_isRefused() throws IOException {
    Path file = folder.resolve("labels.txt");
    Files.write(file, new byte[] {'c', (byte) 0xE4, 't'});
    assertThatThrownBy(() -> Labels.read(file, 1)).hasMessageContaining("is not UTF-8");
    Path missing = folder.resolve("none.txt");
    assertThatThrownBy(() -> Labels.read(missing, 1)).hasMessageContaining("no such label file");
    assertThatThrownBy(() -> Labels.read(folder, 1)).hasMessageContaining("no regular file");
    assertThatThrownBy(() -> Labels.read(Path.of("/dev/zero"), 1))
        .hasMessageContaining("no regular file");
  }

  private void assertMistake(String name, String text, int line, String what) throws IOException {
    Path file = file(name, text);
    assertThatThrownBy(() -> Labels.read(file, 2))
        .isInstanceOf(DescriptorException.class)
        .hasMessageStartingWith(file + ", line " + line + ": ")
        .hasMessageContaining(what);
  }

  private Path file(String name, String text) throws IOException {
    return Files.write(folder.resolve(name), text.getBytes(StandardCharsets.UTF_8));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[\"tench\", \"great, white\"]",
        "{\"1\": \"great, white\", \"0\": \"tench\"}",
        "{\"0\": [\"n01440764\", \"tench\"], \"1\": [\"n01484850\", \"great, white\"]}",
        "{\"id2label\": {\"0\": \"tench\", \"1\": \"great, white\"}, \"x\": 1}",
        "{\"label_names\": [\"tench\", \"great, white\"]}",
        "{\"label_names\": [\"n01440764\", \"n01484850\"],"
            + " \"label_descriptions\": {\"n01440764\": \"tench\", \"n01484850\": \"great, white\"}}"
      })
  void json_ofEveryKind_isRead(String json) throws IOException {
    Labels labels = Labels.read(Files.writeString(jsonFolder.resolve("l.json"), json), 2);

    assertThat(labels.all()).extracting(Label::name).containsExactly("tench", "great, white");
    assertThat(labels.get(0).wnid()).isEqualTo(json.contains("n01440764") ? "n01440764" : null);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"0\": \"a\", \"2\": \"b\"}|'2' is not one of the indexes 0 to 1",
        "{\"0\": \"a\", \"01\": \"b\"}|'01' is not one of",
        "{\"a\": 0, \"b\": 1}|'a' is not one of",
        "[1, 2]|label 0 is no name",
        "[]|there are 0 labels",
        "7|labels are a list",
        "[\"\", \"b\"]|the label has no name",
        "[\"a\"]|there are 1 labels for 2 classes",
        "{\"0\": \"a\", \"0\": \"b\"}|is no JSON",
        "[\"a\",|is no JSON"
      })
  void json_thatIsNoLabels_isRefused(String json, String reason) throws IOException {
    Path file = Files.writeString(jsonFolder.resolve("l.json"), json);

    assertThatThrownBy(() -> Labels.read(file, 2))
        .isInstanceOf(DescriptorException.class)
        .hasMessageContaining(reason);
  }

  @Test
  void archive_ofTorchServe_hasLabels() {
    Path archive = Path.of("src/test/resources/golden/folders/cifar.mar");

    assertThat(Labels.read(archive, 10).get(3).name()).isEqualTo("cat");
  }
}
