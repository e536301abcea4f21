package org.resnetserving.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

final class BenchOptionsTest {
  @Test
  void parse_nothing_isTheDefaults() {
    BenchOptions options = parse();
    assertThat(options.size()).isEqualTo(224);
    assertThat(options.quick()).isFalse();
    assertThat(options.precisions()).containsExactly("fp32", "bf16", "int8");
    assertThat(options.url()).isNull();
    assertThat(options.json()).isNull();
    assertThat(options.soak()).isZero();
    assertThat(options.javaOptions()).isEmpty();
  }

  @Test
  void parse_all_takesValuesAfterSpacesAndEqualsSigns() {
    BenchOptions options =
        parse(
            "--size=64",
            "--seconds",
            "2.5",
            "--quick",
            "--json=out.json",
            "--url",
            "http://localhost:8080",
            "--pid=12",
            "--precisions=int8",
            "--soak=50000",
            "--form",
            "--java=-Xmx256m  -XX:+UseSerialGC");
    assertThat(options.size()).isEqualTo(64);
    assertThat(options.seconds()).isEqualTo(2.5);
    assertThat(options.quick()).isTrue();
    assertThat(options.json()).isEqualTo(Path.of("out.json"));
    assertThat(options.url()).isEqualTo(URI.create("http://localhost:8080"));
    assertThat(options.pid()).isEqualTo(12);
    assertThat(options.precisions()).containsExactly("int8");
    assertThat(options.soak()).isEqualTo(50_000);
    assertThat(options.form()).isTrue();
    assertThat(options.javaOptions()).containsExactly("-Xmx256m", "-XX:+UseSerialGC");
  }

  @Test
  void parse_optionsOfTheService_areLeftAsTheyAre() {
    assertThat(parse("--service", "--resnet.serving.queue=8 --models=a").serviceOptions())
        .containsExactly("--resnet.serving.queue=8", "--models=a");
    assertThat(parse("--service=--resnet.serving.queue=8").serviceOptions())
        .containsExactly("--resnet.serving.queue=8");
  }

  @Test
  void parse_soak_isACountOrATime() {
    assertThat(parse("--soak=1h").soakTime()).isEqualTo(Duration.ofHours(1));
    assertThat(parse("--soak", "10m").soakTime()).isEqualTo(Duration.ofMinutes(10));
    assertThat(parse("--soak=10m").soak()).isZero();
    assertThat(parse("--soak=500").soakTime()).isNull();
    assertThat(parse("--soak=1h").soaks()).isTrue();
    assertThat(parse("--soak=500").soaks()).isTrue();
    assertThat(parse().soaks()).isFalse();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> parse("--soak=long"))
        .withMessageContaining("'long'");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> parse("--soak=1s"))
        .withMessageContaining("1m");
  }

  @Test
  void parse_aPathInTheUrl_isAPeersOwn() {
    assertThat(parse("--url=http://localhost:8080").isPeer()).isFalse();
    assertThat(parse("--url=http://localhost:8080/").isPeer()).isFalse();
    BenchOptions peer = parse("--url=http://localhost:8000/predict?k=5", "--field=request");
    assertThat(peer.isPeer()).isTrue();
    assertThat(peer.form()).isTrue();
    assertThat(Requests.of(peer)).isEqualTo(new Requests("/predict?k=5", "request", 10));
    assertThat(Requests.of(parse("--url=http://localhost:8000/predict")))
        .isEqualTo(new Requests("/predict", "", 10));
    assertThat(Requests.of(parse("--form"))).isEqualTo(new Requests("/v1/classify", "image", 10));
  }

  @Test
  void parse_quick_isShorter() {
    assertThat(parse("--quick").seconds()).isLessThan(parse().seconds());
  }

  @Test
  void parse_whatThereIsNot_isRefusedByName() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> parse("--sise", "64"))
        .withMessageContaining("--sise");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> parse("--size"))
        .withMessageContaining("--size");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> parse("--size=big"))
        .withMessageContaining("'big'");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> parse("--size=1"))
        .withMessageContaining("32");
  }

  private static BenchOptions parse(String... arguments) {
    return BenchOptions.parse(List.of(arguments));
  }
}
