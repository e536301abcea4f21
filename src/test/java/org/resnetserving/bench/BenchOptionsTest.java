package org.resnetserving.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class BenchOptionsTest {
  @Test
  void isPeer_isWhatHasAPathOfItsOwn() {
    assertThat(at(null).isPeer()).isFalse();
    assertThat(at("http://localhost:8080").isPeer()).isFalse();
    assertThat(at("http://localhost:8080/").isPeer()).isFalse();
    assertThat(at("http://localhost:8080/predict").isPeer()).isTrue();
  }

  @Test
  void soaks_overACountOrATime() {
    assertThat(options(null, 0, null).soaks()).isFalse();
    assertThat(options(null, 500, null).soaks()).isTrue();
    assertThat(options(null, 0, Duration.ofMinutes(10)).soaks()).isTrue();
  }

  private static BenchOptions at(@Nullable String url) {
    return options(url, 0, null);
  }

  private static BenchOptions options(@Nullable String url, int soak, @Nullable Duration soakTime) {
    return new BenchOptions(
        224,
        1,
        true,
        null,
        url == null ? null : URI.create(url),
        0,
        "model",
        Path.of("models"),
        List.of("fp32"),
        soak,
        soakTime,
        List.of(),
        0,
        false,
        "image",
        2,
        10,
        Path.of("native"),
        List.of(),
        List.of());
  }
}
