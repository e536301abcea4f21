package org.resnetserving.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.resnetserving.models.Labels;
import org.resnetserving.problem.ProblemException;
import org.resnetserving.problem.ProblemType;

final class EnsembleTest {
  @Test
  void ensemble_ofOneOrNineOrTheSameTwice_isRefused() {
    assertRefused(List.of(TestModels.model("a")), "names 1: a");
    assertRefused(List.of(TestModels.model("a"), TestModels.model("a")), "names 2: a, a");
    assertRefused(
        IntStream.range(0, 9).mapToObj(i -> TestModels.model("m" + i)).toList(), "2 to 8");
  }

  private static void assertRefused(List<ServedModel> models, String words) {
    assertThatThrownBy(() -> Ensemble.of(models))
        .isInstanceOfSatisfying(
            ProblemException.class,
            e -> assertThat(e.type()).isEqualTo(ProblemType.PARAMETER_INVALID))
        .hasMessageContaining(words);
  }

  @Test
  void model_thatIsNotReady_isNamed() {
    Ensemble ensemble = Ensemble.of(List.of(TestModels.model("a"), TestModels.model("b")));
    assertThatThrownBy(ensemble::requireReady)
        .isInstanceOfSatisfying(
            ProblemException.class,
            e -> {
              assertThat(e.type()).isEqualTo(ProblemType.MODEL_NOT_READY);
              assertThat(e.properties()).containsEntry("model", "a");
            });
  }

  @Test
  void labels_thatDiffer_areToldByTheFirstDifference(@TempDir Path folder) throws IOException {
    Labels one = labels(folder, "0\tn02123045\ttabby", "1\t\tdog");
    assertThat(Ensemble.difference(one, labels(folder, "0\tn02123045\tTabby cat", "1\t\tdog")))
        .isEmpty();
    assertThat(Ensemble.difference(one, labels(folder, "0\tn02123045\ttabby", "1\t\tcow")))
        .contains("class 1 is 'dog' and 'cow'");
    assertThat(Ensemble.difference(one, labels(folder, "0\tn02123045\ttabby")))
        .contains("there are 2 and 1");
  }

  private static Labels labels(Path folder, String... rows) throws IOException {
    return Labels.read(
        Files.write(Files.createTempFile(folder, "labels", ".tsv"), List.of(rows)), null);
  }
}
