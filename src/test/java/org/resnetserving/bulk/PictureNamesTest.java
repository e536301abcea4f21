package org.resnetserving.bulk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class PictureNamesTest {
  @TempDir private Path folder;

  @Test
  void of_aFolder_areAllFilesWithinInTheOrderOfTheirNames() throws IOException {
    Files.createDirectories(folder.resolve("b/empty"));
    for (String name : List.of("c.jpg", "b/2.jpg", "b/10.jpg", "a.jpg")) {
      Files.writeString(folder.resolve(name), "");
    }
    assertThat(names(folder.toString()))
        .containsExactly(
            folder + "/a.jpg", folder + "/b/10.jpg", folder + "/b/2.jpg", folder + "/c.jpg");
  }

  @Test
  void of_aList_areItsLines() throws IOException {
    Path list = folder.resolve("list.txt");
    Files.writeString(list, "b.jpg\n\nsome where/ä.jpg\na.jpg");
    assertThat(names(list.toString())).containsExactly("b.jpg", "some where/ä.jpg", "a.jpg");
  }

  @Test
  void of_standardInput_areItsLines() throws IOException {
    assertThat(names("-")).containsExactly("from.jpg", "outside.jpg");
  }

  @Test
  void of_whatThereIsNot_isRefused() {
    assertThatThrownBy(() -> names(folder.resolve("nothing").toString()))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("nothing");
  }

  private static List<String> names(String source) throws IOException {
    InputStream in =
        new ByteArrayInputStream("from.jpg\noutside.jpg\n".getBytes(StandardCharsets.UTF_8));
    try (Stream<String> names = PictureNames.of(source, in)) {
      return names.toList();
    }
  }
}
