package org.resnetserving.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.resnetserving.access.ApiKey;

/** What is a command, what the server, and what neither. */
final class CommandsTest {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  @Test
  void settings_areTheServers() {
    assertThat(run()).isEmpty();
    assertThat(run("--server.port=1", "--models=resnet18")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"--help", "-h", "help"})
  void help_tellsTheCommandsAndTheExitStatuses_andStartsNoServer(String word) {
    assertThat(run(word)).contains(Commands.DONE);
    assertThat(printed(out)).contains("models", "bench", "Exit status:", "143");
  }

  @Test
  void help_amongSettings_isHelp() {
    assertThat(run("--server.port=1", "--help")).contains(Commands.DONE);
    assertThat(printed(out)).contains("Commands:");
  }

  @Test
  void helpOfACommand_tellsItsOptions() {
    assertThat(run("bench", "--help")).contains(Commands.DONE);
    assertThat(printed(out)).contains("--soak", "--url", "--precisions", "--models-directory");
    assertThat(run("help", "models")).contains(Commands.DONE);
    assertThat(printed(out)).contains("models pull NAME...");
  }

  @ParameterizedTest
  @ValueSource(strings = {"--version", "-V"})
  void version_saysWhichBuild_andStartsNoServer(String word) {
    assertThat(run(word)).contains(Commands.DONE);
    assertThat(printed(out))
        .contains("ResNet Serving", "libtorch", System.getProperty("java.version"));
  }

  @Test
  void optionThatACommandDoesNotHave_isRefusedAndTheNearestNamed() {
    assertThat(run("bench", "--sise=64")).contains(Commands.MISUSED);
    assertThat(printed(err)).contains("--sise").contains("--size");
  }

  @Test
  void commandThatThereIsNot_isRefused() {
    assertThat(run("model", "list")).contains(Commands.MISUSED);
    assertThat(printed(err)).contains("'model'").contains("models");
  }

  @Test
  void wordBehindSettings_isRefused_sinceTheServerWouldNotHeedIt() {
    assertThat(run("--server.port", "9090")).contains(Commands.MISUSED);
    assertThat(printed(err)).contains("'9090'");
  }

  @Test
  void settingThatThereIsNot_isRefusedByCommandsToo() {
    assertThat(run("models", "list", "--resnet.modles-directory=models"))
        .contains(Commands.MISUSED);
    assertThat(run("models", "list", "also")).contains(Commands.MISUSED);
    assertThat(printed(err)).contains("'also'");
  }

  @Test
  void key_thatIsMade_isPrintedWithWhatTheServiceKnowsOfIt() {
    assertThat(run("keys", "create", "--name", "ci")).contains(Commands.DONE);
    String[] lines = printed(out).split("\\R");
    assertThat(lines).hasSize(2);
    assertThat(lines[0]).startsWith(ApiKey.PREFIX);
    assertThat(lines[1]).isEqualTo(ApiKey.of("ci", lines[0]).line());
    assertThat(printed(err)).contains("resnet.security.api-keys-file").doesNotContain(lines[0]);
  }

  @Test
  void key_ofANameWithBlanks_isRefused() {
    assertThat(run("keys", "create", "--name", "my client")).contains(Commands.MISUSED);
    assertThat(printed(err)).contains("64 letters");
    assertThat(run("keys")).contains(Commands.MISUSED);
  }

  private Optional<Integer> run(String... arguments) {
    return new Commands(
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8))
        .run(arguments);
  }

  private static String printed(ByteArrayOutputStream stream) {
    return stream.toString(StandardCharsets.UTF_8);
  }
}
