package org.resnetserving.dataplane;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.resnetserving.models.Labels;
import org.resnetserving.problem.ProblemException;
import org.resnetserving.problem.ProblemType;

final class ClassifyParametersTest {
  private static final Labels LABELS =
      Labels.read(Path.of("models/resnet50-tiny-imagenet/labels.tsv"), 200);

  @Test
  void parameters_notGiven_areTheDefaults() {
    assertThat(ClassifyParameters.of(Map.of(), LABELS, 0.5))
        .isEqualTo(new ClassifyParameters(5, null, false, false, false, false, null, null, 0.5));
  }

  @Test
  void topK_notGivenAndFewerClasses_isAllClasses(@TempDir Path folder) throws IOException {
    Path file = Files.writeString(folder.resolve("labels.txt"), "a\nb\nc\n");
    assertThat(ClassifyParameters.of(Map.of(), Labels.read(file, 3), null).topK()).isEqualTo(3);
  }

  @ParameterizedTest
  @CsvSource({"1,1", "200,200", "all,200", "' 7 ',7"})
  void topK_withinRange_isTaken(String value, int expected) {
    assertThat(parse("top_k", value).topK()).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "201", "-1", "+5", "1.5", "", "ten", "٣", "99999999999"})
  void topK_outOfRange_isRefusedWithTheRange(String value) {
    assertRefused("top_k", value, "1 to 200");
  }

  @ParameterizedTest
  @ValueSource(strings = {"-0.1", "1.1", "NaN", "Infinity", "", "half", "0x1p-3", "0.5f", "+0.5"})
  void minProbability_outOfRange_isRefusedWithTheRange(String value) {
    assertRefused("min_probability", value, "0 to 1");
  }

  @ParameterizedTest
  @ValueSource(strings = {"yes", "1", "truely"})
  void details_otherThanTrueOrFalse_isRefused(String value) {
    assertRefused("details", value, "true or false");
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "2", "ten", ""})
  void views_otherThanOneOrTen_areRefused(String value) {
    assertRefused("views", value, "1 or 10");
    assertThat(parse("views", "10").tenViews()).isTrue();
    assertThat(parse("views", "1").tenViews()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"True", "TRUE ", "true", ""})
  void details_asPythonWritesIt_isTaken(String value) {
    assertThat(parse("details", value).details()).isTrue();
  }

  @ParameterizedTest
  @CsvSource({"0.5,0.5", "5e-1,0.5", ".5,0.5", "1,1", "0.,0"})
  void minProbability_decimal_isTaken(String value, double expected) {
    assertThat(parse("min_probability", value).minProbability()).isEqualTo(expected);
  }

  @Test
  void parameter_unknown_isRefusedWithThoseThereAre() {
    assertRefused(
        "topk",
        "3",
        "top_k, min_probability, details, embedding, normalize, views, labels, rollup and unsure_below");
  }

  @Test
  void parameter_givenTwice_isRefused() {
    assertThatThrownBy(
            () -> ClassifyParameters.of(Map.of("top_k", List.of("1", "2")), LABELS, null))
        .isInstanceOf(ProblemException.class)
        .hasMessageContaining("once");
  }

  @ParameterizedTest
  @CsvSource({"true,0.75", "'',0.75", "True,0.75", "0.9,0.9", "1,1", "0,0", "false,"})
  void rollup_switchOrThreshold_isTaken(String value, Double expected) {
    assertThat(parse("rollup", value).rollup()).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(strings = {"1.1", "-1", "yes", "NaN"})
  void rollup_otherwise_isRefusedWithTheRange(String value) {
    assertRefused("rollup", value, "true, false or a number from 0 to 1");
  }

  @Test
  void unsureBelow_ofTheRequest_winsOverTheModels() {
    assertThat(parse("unsure_below", "0.7").unsureBelow()).isEqualTo(0.7);
    assertRefused("unsure_below", "2", "0 to 1");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {"espresso", "n07920052", "193", "ESPRESSO , 193"})
  void labels_byNameIdOrIndex_areTheClass(String value) {
    assertThat(parse("labels", value).labels()).containsExactly(193);
  }

  @Test
  void labels_severalInOneOrRepeated_areAllTaken() {
    assertThat(
            ClassifyParameters.of(
                    Map.of("labels", List.of("espresso,goldfish", "iPod")), LABELS, null)
                .labels())
        .containsExactlyInAnyOrder(193, 0, 110);
  }

  @Test
  void labels_thatThereAreNot_areRefusedWithTheNearest() {
    assertRefused("labels", "espresso,goldfisch", "the nearest are goldfish");
    assertRefused("labels", "", "''");
    assertRefused("labels", "200", "'200'");
  }

  private static ClassifyParameters parse(String name, String value) {
    return ClassifyParameters.of(Map.of(name, List.of(value)), LABELS, 0.5);
  }

  private static void assertRefused(String name, String value, String range) {
    assertThatThrownBy(() -> parse(name, value))
        .isInstanceOfSatisfying(
            ProblemException.class,
            e -> {
              assertThat(e.type()).isEqualTo(ProblemType.PARAMETER_INVALID);
              assertThat(e).hasMessageContaining("'" + name + "'").hasMessageContaining(range);
              assertThat(e.properties()).containsEntry("parameter", name);
            });
  }
}
