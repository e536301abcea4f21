package org.resnetserving.cli;

import java.util.List;

/** A command of the command line. */
interface Command {
  /** The word that calls it. */
  String name();

  /** What it does and takes, a line or more. */
  String usage();

  /**
   * Does it.
   *
   * @param arguments those after its name
   * @return the exit status: 0 where it did what was asked
   * @throws UsageException if the arguments are not what it takes
   */
  int run(List<String> arguments) throws Exception;
}
