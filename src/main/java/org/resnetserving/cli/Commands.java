package org.resnetserving.cli;

import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/** The commands beside serving, and the help on all. */
public final class Commands {
  /** Exit status of a command that did what was asked. */
  static final int DONE = CommandLine.ExitCode.OK;

  /** Exit status of a command that could not. */
  static final int FAILED = CommandLine.ExitCode.SOFTWARE;

  /** Exit status of a command line that is not understood. */
  static final int MISUSED = CommandLine.ExitCode.USAGE;

  private static final List<String> ABOUT = List.of("-h", "--help", "-V", "--version");

  private final CommandLine line;
  private final PrintStream err;

  Commands(PrintStream out, PrintStream err) {
    this.err = err;
    this.line =
        new CommandLine(new Root())
            .addSubcommand(new ClassifyCommand(err))
            .addSubcommand(
                new CommandLine(new ModelsCommand(out, err))
                    .addSubcommand(new CalibrateCommand(out, err))
                    .addSubcommand(new EvaluateCommand(out, err)))
            .addSubcommand(new BenchCommand(out))
            .addSubcommand(new KeysCommand(out, err))
            .addSubcommand(new CommandLine.HelpCommand())
            .setOut(new PrintWriter(out, true, Charset.defaultCharset()))
            .setErr(new PrintWriter(err, true, Charset.defaultCharset()))
            .setCaseInsensitiveEnumValuesAllowed(true)
            .setParameterExceptionHandler(this::misused)
            .setExecutionExceptionHandler(this::failed);
  }

  /** The commands that there are. */
  public static Commands standard() {
    return new Commands(System.out, System.err);
  }

  /** What the program is, without a command. */
  @Command(
      name = "java -jar resnet-serving.jar",
      mixinStandardHelpOptions = true,
      versionProvider = Version.class,
      customSynopsis = {
        "java -jar resnet-serving.jar [--SETTING=VALUE]...",
        "  or:  java -jar resnet-serving.jar COMMAND ..."
      },
      description = {
        "",
        "Without a command it serves pictures' classes over HTTP; each setting of the server is"
            + " an option, such as --models=resnet50 or --server.port=9090: the README lists them.",
        "",
        "A command does one thing and ends. 'help COMMAND' tells more."
      },
      optionListHeading = "%nOptions:%n",
      commandListHeading = "%nCommands:%n",
      exitCodeListHeading = "%nExit status:%n",
      exitCodeList = {
        "0:what was asked for was done",
        "1:it could not be done, or not all of it; standard error says what and why",
        "2:the command line is not understood; nothing was done",
        "143:the server was told to stop (SIGTERM)"
      })
  private static final class Root {}

  /**
   * Runs the command that the first argument names, or tells about them.
   *
   * @return its exit status; empty if the server is meant, which no argument and options alone do
   */
  public Optional<Integer> run(String... arguments) {
    if (arguments.length > 0 && !isSetting(arguments[0])) {
      return Optional.of(line.execute(arguments));
    }
    for (String argument : arguments) {
      if (ABOUT.contains(argument)) {
        return Optional.of(line.execute(argument));
      }
      if (!isSetting(argument)) {
        err.printf("What is '%s'? Settings of the server are --NAME=VALUE.%n", argument);
        return Optional.of(MISUSED);
      }
    }
    return Optional.empty();
  }

  /** Of the server. */
  private static boolean isSetting(String argument) {
    return argument.startsWith("--") && !ABOUT.contains(argument);
  }

  private int misused(ParameterException e, String[] arguments) {
    err.println(e.getMessage());
    CommandLine command = e.getCommandLine();
    if (CommandLine.UnmatchedArgumentException.printSuggestions(e, command.getErr())) {
      command.getErr().println("--help tells what there is.");
    } else {
      command.usage(command.getErr());
    }
    return MISUSED;
  }

  private int failed(Exception e, CommandLine command, ParseResult parsed) {
    if (e instanceof SettingsRefused) {
      return MISUSED;
    }
    if (e instanceof InterruptedException) {
      Thread.currentThread().interrupt();
      return FAILED;
    }
    err.println(e.getMessage() == null ? e.toString() : e.getMessage());
    return FAILED;
  }
}
