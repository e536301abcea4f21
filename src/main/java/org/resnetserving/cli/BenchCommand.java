package org.resnetserving.cli;

import java.io.PrintStream;
import java.util.List;
import org.resnetserving.bench.Bench;
import org.resnetserving.bench.BenchOptions;

/** Measures the service. */
final class BenchCommand implements Command {
  private final PrintStream out;

  BenchCommand(PrintStream out) {
    this.out = out;
  }

  @Override
  public String name() {
    return "bench";
  }

  @Override
  public String usage() {
    return BenchOptions.USAGE;
  }

  @Override
  public int run(List<String> arguments) throws Exception {
    try {
      Bench.run(arguments, out);
      return 0;
    } catch (IllegalArgumentException e) {
      throw new UsageException(String.valueOf(e.getMessage()));
    }
  }
}
