package org.resnetserving.network;

/** The programs that can be written for a network. All give its answers, to their precision. */
public enum ProgramKind {
  /** One op per layer, planes after one another: what tracing a zoo's model gives. */
  STOCK(Arithmetic.FP32),
  /** Batch norm folded, channels last, ops that every build of libtorch has: the reference. */
  PLAIN(Arithmetic.FP32),
  /** oneDNN's fused ops over weights packed when loaded. */
  FUSED(Arithmetic.FP32),
  /** The same with weights and values in bfloat16. */
  FUSED_BF16(Arithmetic.BF16),
  /** The same with 8-bit weights and values, from the raw pixels on. */
  FUSED_INT8(Arithmetic.INT8),
  /** The same with kernels of 7 bits, for processors that add pairs of products in 16 bits. */
  FUSED_INT7(Arithmetic.INT8),
  /** Channels last in half precision, for tensor cores. */
  CUDA_FP16(Arithmetic.FP16);

  private final Arithmetic arithmetic;

  ProgramKind(Arithmetic arithmetic) {
    this.arithmetic = arithmetic;
  }

  /** What it calculates in. */
  public Arithmetic arithmetic() {
    return arithmetic;
  }
}
