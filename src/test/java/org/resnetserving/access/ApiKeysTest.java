package org.resnetserving.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.resnetserving.problem.ProblemException;
import org.resnetserving.problem.ProblemType;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

@ExtendWith(OutputCaptureExtension.class)
final class ApiKeysTest {
  private static final String REFUSAL =
      "resnet.security.api-keys[0] has no SHA-256 (64 hexadecimal digits) after 'ci:'."
          + " If that is the key itself, put its hash there: printf %s KEY | sha256sum";

  private static final Duration LITTLE = Duration.ofNanos(1);

  private final AtomicLong now = new AtomicLong(-5);
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final KeyMetrics metrics = new KeyMetrics(registry, now::get);

  @Test
  void key_ofOneOfMany_isItsClients() {
    ApiKeys keys =
        new ApiKeys(
            () -> List.of(ApiKey.of("one", "a"), ApiKey.of("two", "b"), ApiKey.of("one", "c")),
            metrics);
    assertThat(List.of(keys.require("a", "x"), keys.require("b", "x"), keys.require("c", "x")))
        .containsExactly("one", "two", "one");
    assertThat(registry.get(KeyMetrics.REQUESTS).tag("client", "one").counter().count())
        .isEqualTo(2);
  }

  @Test
  void key_thatIsNone_isRefused() {
    ApiKeys keys = new ApiKeys(() -> List.of(ApiKey.of("one", "a")), metrics);
    assertRefused(keys, null, ProblemType.API_KEY_MISSING);
    assertRefused(keys, "", ProblemType.API_KEY_MISSING);
    assertRefused(keys, "A", ProblemType.API_KEY_UNKNOWN);
    assertThat(registry.get(KeyMetrics.REFUSED).tag("reason", "api-key-missing").counter().count())
        .isEqualTo(2);
    assertThat(registry.get(KeyMetrics.REFUSED).tag("reason", "api-key-unknown").counter().count())
        .isEqualTo(1);
  }

  @Test
  void log_ofManyRefusals_hasALineAMinuteAndNoKey(CapturedOutput output) {
    ApiKeys keys = new ApiKeys(() -> List.of(ApiKey.of("one", "a")), metrics);
    for (int i = 0; i < 10; i++) {
      assertRefused(keys, "guess", ProblemType.API_KEY_UNKNOWN);
    }
    assertThat(output.getAll()).containsOnlyOnce("Refused 1 requests").doesNotContain("guess");
    now.addAndGet(KeyMetrics.QUIET.toNanos());
    assertRefused(keys, "guess", ProblemType.API_KEY_UNKNOWN);
    assertThat(output.getAll()).containsOnlyOnce("Refused 10 requests").contains("from 10.0.0.1");
  }

  @Test
  void line_asItIsWritten_isReadAgain() {
    String key = ApiKey.random();
    assertThat(key).startsWith(ApiKey.PREFIX).hasSize(ApiKey.PREFIX.length() + 43);
    assertThat(ApiKey.random()).isNotEqualTo(key);
    ApiKey read = ApiKey.parse(ApiKey.of("ci", key).line(), "It");
    assertThat(read.client()).isEqualTo("ci");
    assertThat(read.hash()).isEqualTo(ApiKey.sha256(key));
    assertThat(read).hasToString("ci");
  }

  @ParameterizedTest
  @ValueSource(strings = {"secret", "ci:secret", ":secret", "ci:", "a b:secret", "ci: secret"})
  void line_withAPlainKey_isRefusedAndNotRepeated(String line) {
    assertThatThrownBy(() -> new SecurityProperties(List.of(line), null))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("resnet.security.api-keys[0]")
        .hasMessageNotContaining("secret");
  }

  @Test
  void line_withAPlainKey_refusesToStartAndIsNotRepeated() {
    new ApplicationContextRunner()
        .withUserConfiguration(Binding.class)
        .withPropertyValues("resnet.security.api-keys=ci:secret")
        .run(
            context -> {
              for (Throwable t = context.getStartupFailure(); t != null; t = t.getCause()) {
                assertThat(t).hasMessageNotContaining("secret");
                if (t instanceof BindException bind) {
                  // What would be told of the setting otherwise, with its value.
                  assertThat(bind.getProperty()).isNull();
                }
              }
              assertThat(context.getStartupFailure()).hasRootCauseMessage(REFUSAL);
            });
  }

  @EnableConfigurationProperties(SecurityProperties.class)
  static class Binding {}

  @Test
  void setting_thatIsEmpty_isNoOpenDoor() {
    assertThatThrownBy(() -> new SecurityProperties(List.of(), null))
        .hasMessageContaining("given but empty");
    assertThatThrownBy(() -> new SecurityProperties(null, " "))
        .hasMessageContaining("given but empty");
  }

  @Test
  void file_thatChanges_isReadAgain(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("keys");
    Files.writeString(file, "# ours\n\n" + ApiKey.of("one", "a").line() + "\n");
    KeyFile keys = new KeyFile(file, now::get);
    assertThat(keys.get()).extracting(ApiKey::client).containsExactly("one");
    Files.writeString(file, ApiKey.of("two", "b").line());
    now.addAndGet(KeyFile.LOOK.minus(LITTLE).toNanos());
    assertThat(keys.get()).extracting(ApiKey::client).containsExactly("one");
    now.addAndGet(LITTLE.toNanos());
    assertThat(keys.get()).extracting(ApiKey::client).containsExactly("two");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "# nobody", "one:secret"})
  void file_thatIsNotGood_changesNothingAndIsTold(
      String content, @TempDir Path folder, CapturedOutput output) throws IOException {
    Path file = folder.resolve("keys");
    Files.writeString(file, ApiKey.of("one", "a").line());
    KeyFile keys = new KeyFile(file, now::get);
    Files.writeString(file, content);
    now.addAndGet(KeyFile.LOOK.toNanos());
    assertThat(keys.get()).extracting(ApiKey::client).containsExactly("one");
    assertThat(output.getAll()).contains("API keys stay as they were").doesNotContain("secret");
    assertThatThrownBy(() -> new KeyFile(file, now::get))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageNotContaining("secret");
  }

  @Test
  void file_thatIsNotThere_refusesToStart(@TempDir Path folder) {
    assertThatThrownBy(() -> new KeyFile(folder.resolve("nothing"), now::get))
        .hasMessageContaining("resnet.security.api-keys-file cannot be read");
  }

  private static void assertRefused(ApiKeys keys, @Nullable String key, ProblemType type) {
    assertThatThrownBy(() -> keys.require(key, "10.0.0.1"))
        .isInstanceOfSatisfying(ProblemException.class, e -> assertThat(e.type()).isEqualTo(type));
  }
}
