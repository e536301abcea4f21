package org.resnetserving.dataplane;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.resnetserving.image.ColorScale;
import org.resnetserving.models.Labels;
import org.resnetserving.problem.ProblemException;

final class ExplainParametersTest {
  @TempDir Path folder;

  private Labels labels() throws IOException {
    Path file = folder.resolve("labels.tsv");
    Files.writeString(
        file,
        """
        index\twnid\tname
        0\tn00000001\tcrane
        1\tn00000002\tcrane
        2\tn00000003\tCat
        3\tn00000004\t0
        4\tn00000005\tdog
        """);
    return Labels.read(file, null);
  }

  @Test
  void parameters_notGiven_areTheDefaults() throws IOException {
    assertThat(ExplainParameters.of(Map.of(), labels()))
        .isEqualTo(new ExplainParameters(Optional.empty(), 0.5, ColorScale.VIRIDIS));
  }

  @ParameterizedTest
  @CsvSource({"Cat, 2", "dOG, 4", "n00000002, 1", "1, 1", "0, 3", "4, 4"})
  void className_isALabelOrAWordNetIdOrAnIndex(String name, int index) throws IOException {
    assertThat(ExplainParameters.of(Map.of("class", List.of(name)), labels()).index())
        .contains(index);
  }

  @ParameterizedTest
  @CsvSource({
    "class, crane, 'an index, since several classes have that label: 0, 1'",
    "class, bat, is no label of this model",
    "class, 5, is no label of this model",
    "class, '', is no label of this model",
    "opacity, 1.5, from 0 to 1",
    "colors, jet, viridis or inferno or cividis",
    "top_k, 3, 'class, opacity and colors'"
  })
  void parameter_thatIsWrong_isRefusedWithWhatItMayBe(String name, String value, String hint)
      throws IOException {
    Labels labels = labels();
    assertThatThrownBy(() -> ExplainParameters.of(Map.of(name, List.of(value)), labels))
        .isInstanceOf(ProblemException.class)
        .hasMessageContaining(hint);
  }
}
