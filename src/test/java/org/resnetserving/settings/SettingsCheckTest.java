package org.resnetserving.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.PropertySource;
import org.springframework.core.env.SimpleCommandLinePropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;

final class SettingsCheckTest {
  private static final KnownSettings KNOWN =
      new KnownSettings(List.of(Models.class, Serving.class, Foreign.class));

  @ConfigurationProperties("resnet")
  record Models(List<String> models, Image image, Map<String, String> aliases, List<Rule> rules) {
    record Image(long maxBytes) {}

    record Rule(String host) {}
  }

  @ConfigurationProperties("resnet.serving")
  record Serving(Precision precision, Duration deadline) {
    enum Precision {
      FP32
    }
  }

  @ConfigurationProperties("foreign")
  record Foreign(String thing) {}

  @Test
  void names_areThoseOfTheRecords() {
    assertThat(KNOWN.names())
        .containsExactly(
            "resnet.image.max-bytes",
            "resnet.models",
            "resnet.rules",
            "resnet.serving.deadline",
            "resnet.serving.precision");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--models=resnet18",
        "--models[0]=resnet18",
        "--model_name=resnet18",
        "--resnet.models[1]=a",
        "--resnet.image.max-bytes=1",
        "--resnet.image.maxBytes=1",
        "--resnet.image.max_bytes=1",
        "--resnet.aliases.anything=x",
        "--resnet.rules[0].host=x",
        "--server.port=0",
        "--debug",
        "--logging.level.ai.djl=info"
      })
  void option_thatThereIs_isTaken(String option) {
    assertThatCode(() -> check(new SimpleCommandLinePropertySource(option)))
        .doesNotThrowAnyException();
  }

  @ParameterizedTest
  @CsvSource({
    "--modles=resnet18, --modles, --models",
    "--resnet.serving.precison=fp32, --resnet.serving.precison, --resnet.serving.precision",
    "--resnet.imagemax-bytes=1, --resnet.imagemax-bytes, --resnet.image.max-bytes",
    "--resnet.models.first=a, --resnet.models.first, --resnet.models",
    "--sevrer.port=0, --sevrer.port, --server.port"
  })
  void option_thatThereIsNot_isRefusedAndTheNearestNamed(
      String option, String named, String nearest) {
    assertThatThrownBy(() -> check(new SimpleCommandLinePropertySource(option)))
        .isInstanceOf(UnknownSetting.class)
        .hasMessageContaining("'" + named + "'")
        .hasMessageContaining("the nearest is '" + nearest + "'");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "RESNET_IMAGE_MAX_BYTES",
        "RESNET_IMAGE_MAXBYTES",
        "RESNET_MODELS_0",
        "RESNET_RULES_0_HOST",
        "RESNET_ALIASES_CAT",
        "PATH",
        "MODELS",
        "RESNET_SERVING_SERVICE_HOST",
        "RESNET_SERVING_SERVICE_PORT_HTTP",
        "RESNET_SERVING_PORT",
        "RESNET_SERVING_PORT_8080_TCP_ADDR"
      })
  void variable_thatThereIs_orThatKubernetesMade_isTaken(String name) {
    assertThatCode(() -> check(environment(name))).doesNotThrowAnyException();
  }

  @Test
  void variable_thatThereIsNot_isRefusedAndTheNearestNamed() {
    assertThatThrownBy(() -> check(environment("RESNET_IMAGE_MAX_BITES")))
        .isInstanceOf(UnknownSetting.class)
        .hasMessage(
            "There is no variable 'RESNET_IMAGE_MAX_BITES'; the nearest is"
                + " 'RESNET_IMAGE_MAX_BYTES'.");
  }

  @Test
  void settingOfAFile_thatThereIsNot_isRefusedWithTheFile() {
    assertThatThrownBy(
            () ->
                check(
                    new MapPropertySource(
                        "file [application.yml]",
                        Map.of("resnet.serving.dedline", "1s", "anything.else", "x"))))
        .isInstanceOf(UnknownSetting.class)
        .hasMessage(
            "There is no setting 'resnet.serving.dedline' (in file [application.yml]); the nearest"
                + " is 'resnet.serving.deadline'.");
  }

  private static PropertySource<?> environment(String name) {
    return new SystemEnvironmentPropertySource("systemEnvironment", Map.of(name, "x"));
  }

  private static void check(PropertySource<?> source) {
    StandardEnvironment environment = new StandardEnvironment();
    environment.getPropertySources().remove("systemEnvironment");
    environment.getPropertySources().remove("systemProperties");
    environment.getPropertySources().addFirst(source);
    SettingsCheck.check(KNOWN, environment);
  }
}
