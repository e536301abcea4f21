package org.resnetserving.programs;

import org.resnetserving.engine.Engines;

/** Says which 8-bit program is tried in a process of its own. */
final class TellKernelWidth {
  private TellKernelWidth() {}

  public static void main(String[] args) throws Exception {
    System.out.println("told " + KernelWidth.tell(Engines.engine()));
  }
}
