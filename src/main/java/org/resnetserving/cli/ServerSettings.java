package org.resnetserving.cli;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.ISetter;
import picocli.CommandLine.Model.UnmatchedArgsBinding;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Options of a command that are settings of the server, such as {@code --resnet.…=…}. */
@Command
final class ServerSettings {
  private final List<String> arguments = new ArrayList<>();

  private @Nullable CommandSpec command;

  /** Picocli tells whose options they are. */
  @Spec(Spec.Target.MIXEE)
  void of(CommandSpec command) {
    this.command = command;
    command.addUnmatchedArgsBinding(
        UnmatchedArgsBinding.forStringArrayConsumer(
            new ISetter() {
              @Override
              public <T> T set(T value) {
                arguments.clear();
                if (value instanceof String[] given) { // It is null before there are any.
                  arguments.addAll(Arrays.asList(given));
                }
                return value;
              }
            }));
  }

  /** As they are. */
  List<String> arguments() {
    return arguments;
  }

  /**
   * The settings, those that were not given too.
   *
   * @throws ParameterException if there is something else among them
   * @throws SettingsRefused if there are no such settings, or not with such values
   */
  Settings read() {
    for (String option : arguments) {
      if (!option.startsWith("--")) {
        throw refusal("What is '%s'?".formatted(option));
      }
    }
    return Settings.of(arguments);
  }

  /** Says that the command was not given what it takes. */
  ParameterException refusal(String message) {
    return new ParameterException(Objects.requireNonNull(command).commandLine(), message);
  }
}
