package org.resnetserving.cli;

import java.io.PrintStream;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Finds the command that the arguments call. */
public final class CommandLine {
  /** Exit status of a command line that is not understood. */
  static final int MISUSED = 2;

  private static final int FAILED = 1;

  private final List<Command> commands;
  private final PrintStream err;

  CommandLine(List<Command> commands, PrintStream err) {
    this.commands = commands;
    this.err = err;
  }

  /** The commands that there are. */
  public static CommandLine standard() {
    return new CommandLine(
        List.of(new ModelsCommand(System.out, System.err), new BenchCommand(System.out)),
        System.err);
  }

  /**
   * Runs the command that the first argument names.
   *
   * @return its exit status; empty if the first argument is an option or there is none: then the
   *     server is meant
   */
  public Optional<Integer> run(String... arguments) {
    if (arguments.length == 0 || arguments[0].startsWith("-")) {
      return Optional.empty();
    }
    for (Command command : commands) {
      if (command.name().equals(arguments[0])) {
        return Optional.of(run(command, Arrays.asList(arguments).subList(1, arguments.length)));
      }
    }
    err.println("There is no command '" + arguments[0] + "'. Without one the server starts.");
    commands.forEach(command -> err.println(command.usage()));
    return Optional.of(MISUSED);
  }

  private int run(Command command, List<String> arguments) {
    try {
      return command.run(arguments);
    } catch (UsageException e) {
      err.println(e.getMessage());
      err.println(command.usage());
      return MISUSED;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return FAILED;
    } catch (Exception e) {
      err.println(e.getMessage() == null ? e.toString() : e.getMessage());
      return FAILED;
    }
  }
}
