package org.resnetserving.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.boot.diagnostics.FailureAnalysis;

final class SettingsRefusalTest {
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  record Serving(Precision precision, int workers, Duration deadline) {
    Serving {
      if (workers > 9) {
        throw new IllegalArgumentException("resnet.serving.workers must be 0 to 9, but is more");
      }
    }

    enum Precision {
      AUTO,
      FP32
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "precision | fp33 | resnet.serving.precision is 'fp33' | one of auto, fp32",
        "workers | two | resnet.serving.workers is 'two' | a whole number",
        "deadline | soon | resnet.serving.deadline is 'soon' | 10s",
        "workers | 10 | resnet.serving.workers must be 0 to 9 | but is more"
      })
  void valueThatIsNotTaken_isToldInThreeLinesWithoutNamesOfClasses(
      String name, String value, String what, String wanted) {
    Binder binder =
        new Binder(new MapConfigurationPropertySource(Map.of("resnet.serving." + name, value)));
    FailureAnalysis analysis =
        new SettingsRefusal()
            .analyze(
                new IllegalStateException(
                    catchThrowable(() -> binder.bind("resnet.serving", Serving.class))));
    new ThreeLines(new PrintStream(err, true)).report(analysis);
    assertThat(err.toString().lines())
        .hasSize(3)
        .noneMatch(line -> line.contains("Exception") || line.contains("org."));
    assertThat(err.toString()).contains("does not start.", what, wanted, "start again");
  }

  @Test
  void settingThatThereIsNot_isToldInThreeLines() {
    FailureAnalysis analysis =
        new SettingsRefusal()
            .analyze(new RuntimeException(new UnknownSetting("There is no option '--x'.")));
    new ThreeLines(new PrintStream(err, true)).report(analysis);
    assertThat(err.toString().lines())
        .containsExactly(
            "ResNet Serving does not start.",
            "  Why:   There is no option '--x'.",
            "  To do: Correct it and start again; the README lists the settings, and --help the"
                + " commands.");
  }

  @Test
  void whatIsNoSetting_isLeftToOthers() {
    assertThat(new SettingsRefusal().analyze(new IllegalStateException("a bug"))).isNull();
  }
}
