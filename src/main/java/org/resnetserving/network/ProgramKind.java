package org.resnetserving.network;

/** The programs that can be written for a network. All give its answers, to their precision. */
public enum ProgramKind {
  /** One op per layer, planes after one another: what tracing a zoo's model gives. */
  STOCK(Precision.FP32),
  /** Batch norm folded, channels last, ops that every build of libtorch has: the reference. */
  PLAIN(Precision.FP32);

  private final Precision precision;

  ProgramKind(Precision precision) {
    this.precision = precision;
  }

  /** What it calculates in. */
  public Precision precision() {
    return precision;
  }
}
