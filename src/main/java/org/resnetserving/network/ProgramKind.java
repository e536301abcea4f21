package org.resnetserving.network;

/** The programs that can be written for a network. All give its answers, to their precision. */
public enum ProgramKind {
  /** One op per layer, planes after one another: what tracing a zoo's model gives. */
  STOCK(Precision.FP32, false),
  /** Batch norm folded, channels last, ops that every build of libtorch has: the reference. */
  PLAIN(Precision.FP32, false),
  /** oneDNN's fused ops over weights packed when loaded. */
  FUSED(Precision.FP32, true),
  /** The same with weights and values in bfloat16. */
  FUSED_BF16(Precision.BF16, true),
  /** The same with 8-bit weights and values, from the raw pixels on. */
  FUSED_INT8(Precision.INT8, true),
  /** Channels last in half precision, for tensor cores. */
  CUDA_FP16(Precision.FP16, false);

  private final Precision precision;

  private final boolean packs;

  ProgramKind(Precision precision, boolean packs) {
    this.precision = precision;
    this.packs = packs;
  }

  /** Whether it packs its weights when it is loaded, for one size of pictures. */
  public boolean packs() {
    return packs;
  }

  /** What it calculates in. */
  public Precision precision() {
    return precision;
  }
}
