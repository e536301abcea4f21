package org.resnetserving.cli;

import java.io.PrintStream;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.resnetserving.access.ApiKey;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Makes API keys. */
@Command(
    name = "keys",
    mixinStandardHelpOptions = true,
    description = "Makes API keys.",
    customSynopsis = "keys create [--name NAME]")
final class KeysCommand implements Callable<Integer> {
  private final PrintStream out;
  private final PrintStream err;

  @Spec private @Nullable CommandSpec spec;

  KeysCommand(PrintStream out, PrintStream err) {
    this.out = out;
    this.err = err;
  }

  @Override
  public Integer call() {
    throw refusal("keys: create?");
  }

  @Command(
      name = "create",
      mixinStandardHelpOptions = true,
      description = {
        "Makes a key of 256 random bits. Standard output gets two lines: the key, for the client,"
            + " and NAME:HASH, for the service. The key is kept nowhere."
      })
  int create(
      @Option(
              names = "--name",
              paramLabel = "NAME",
              defaultValue = "client",
              description = "Whose it is, for logs and metrics (default: ${DEFAULT-VALUE}).")
          String name) {
    String key = ApiKey.random();
    ApiKey known;
    try {
      known = ApiKey.of(name, key);
    } catch (IllegalArgumentException e) {
      throw refusal(String.valueOf(e.getMessage()));
    }
    err.println(
        "The first line is the key, for the client alone. The second is what the service knows of"
            + " it: a line of resnet.security.api-keys-file, or one of resnet.security.api-keys.");
    out.println(key);
    out.println(known.line());
    return Commands.DONE;
  }

  private ParameterException refusal(String message) {
    return new ParameterException(Objects.requireNonNull(spec).commandLine(), message);
  }
}
