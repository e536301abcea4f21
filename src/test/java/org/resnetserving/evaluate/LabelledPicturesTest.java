package org.resnetserving.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.resnetserving.evaluate.LabelledPictures.LabelledPicture;
import org.resnetserving.models.Labels;

final class LabelledPicturesTest {
  @TempDir private Path folder;
  private Path pictures;
  private Labels labels;

  @BeforeEach
  void describe() throws IOException {
    pictures = Files.createDirectory(folder.resolve("pictures"));
    labels =
        Labels.read(
            Files.writeString(
                folder.resolve("labels.tsv"),
                "0\tn02012849\tcrane\n1\tn03126707\tcrane\n2\tn07920052\tespresso\n3\t\tpizza\n"),
            null);
  }

  @Test
  void folders_areNamedByLabelWnidOrIndex_andMayHaveFoldersWithin() throws IOException {
    picture("3/b.jpg");
    picture("Espresso/images/a.jpg");
    picture("n03126707/c.jpg");
    picture(".cache/x.jpg");
    picture("notes.txt");
    LabelledPictures read = LabelledPictures.read(pictures, labels);
    assertThat(read.pictures())
        .containsExactly(
            new LabelledPicture(pictures.resolve("3/b.jpg").toString(), 3),
            new LabelledPicture(pictures.resolve("Espresso/images/a.jpg").toString(), 2),
            new LabelledPicture(pictures.resolve("n03126707/c.jpg").toString(), 1));
    assertThat(read.loose()).isEqualTo(1);
  }

  @Test
  void folder_ofNoClass_isRefusedWithTheNearest() throws IOException {
    picture("expresso/a.jpg");
    assertThatThrownBy(() -> LabelledPictures.read(pictures, labels))
        .hasMessageContaining("expresso is named as no class")
        .hasMessageContaining("the nearest are espresso");
  }

  @Test
  void folder_ofALabelThatTwoClassesHave_isRefusedWithTheirIndexes() throws IOException {
    picture("crane/a.jpg");
    assertThatThrownBy(() -> LabelledPictures.read(pictures, labels))
        .hasMessageContaining("name it by an index, 0, 1");
  }

  @Test
  void folder_withoutFolders_saysWhatIsWanted() throws IOException {
    picture("a.jpg");
    assertThatThrownBy(() -> LabelledPictures.read(pictures, labels))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("each class has its own");
    assertThatThrownBy(() -> LabelledPictures.read(folder.resolve("none"), labels))
        .hasMessageContaining("there is no folder");
  }

  private void picture(String name) throws IOException {
    Path file = pictures.resolve(name);
    Files.createDirectories(file.getParent());
    Files.write(file, new byte[] {1});
  }
}
