package org.resnetserving.network;

/** The programs that can be written for a network. All give its answers, to their precision. */
public enum ProgramKind {
  /** One op per layer, planes after one another: what tracing a zoo's model gives. */
  STOCK(Precision.FP32),
  /** Batch norm folded, channels last, ops that every build of libtorch has: the reference. */
  PLAIN(Precision.FP32),
  /** oneDNN's fused ops over weights packed when loaded. */
  FUSED(Precision.FP32),
  /** The same with weights and values in bfloat16. */
  FUSED_BF16(Precision.BF16),
  /** The same with 8-bit weights and values, from the raw pixels on. */
  FUSED_INT8(Precision.INT8),
  /** Channels last in half precision, for tensor cores. */
  CUDA_FP16(Precision.FP16);

  private final Precision precision;

  ProgramKind(Precision precision) {
    this.precision = precision;
  }

  /** What it calculates in. */
  public Precision precision() {
    return precision;
  }
}
