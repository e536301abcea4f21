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
    if (!arguments.isEmpty()
        && Bench.runPart(arguments.get(0), arguments.subList(1, arguments.size()))) {
      return 0;
    }
    BenchOptions options;
    try {
      options = BenchOptions.parse(arguments);
    } catch (IllegalArgumentException e) {
      throw new UsageException(String.valueOf(e.getMessage()));
    }
    return Bench.run(options, out) ? 0 : 1;
  }
}
