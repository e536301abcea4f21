package org.resnetserving.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.resnetserving.bench.BenchOptions;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

final class BenchCommandTest {
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
    assertThatExceptionOfType(ParameterException.class)
        .isThrownBy(() -> parse("--soak=long"))
        .withMessageContaining("'long'");
    assertThatExceptionOfType(ParameterException.class)
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
    assertThat(peer.field()).isEqualTo("request");
    assertThat(parse("--form").field()).isEqualTo("image");
    assertThat(parse().form()).isFalse();
  }

  @Test
  void parse_quick_isShorter() {
    assertThat(parse("--quick").seconds()).isLessThan(parse().seconds());
  }

  @Test
  void parse_whatThereIsNot_isRefusedByName() {
    assertThatExceptionOfType(ParameterException.class)
        .isThrownBy(() -> parse("--sise", "64"))
        .withMessageContaining("--sise");
    assertThatExceptionOfType(ParameterException.class)
        .isThrownBy(() -> parse("--size"))
        .withMessageContaining("--size");
    assertThatExceptionOfType(ParameterException.class)
        .isThrownBy(() -> parse("--size=big"))
        .withMessageContaining("'big'");
    assertThatExceptionOfType(ParameterException.class)
        .isThrownBy(() -> parse("--size=1"))
        .withMessageContaining("32");
  }

  @Test
  void parse_serviceSettings_decideWhereNativesAre() {
    assertThat(parse("--service=--resnet.cache-directory=/some/cache").natives())
        .isEqualTo(Path.of("/some/cache/native"));
  }

  private static BenchOptions parse(String... arguments) {
    BenchCommand command = new BenchCommand(System.out);
    new CommandLine(command).parseArgs(arguments);
    return command.options();
  }
}
