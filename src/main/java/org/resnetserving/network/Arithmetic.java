package org.resnetserving.network;

/** What a program calculates its convolutions in; answers are float32 always. */
public enum Arithmetic {
  /** IEEE single precision: the reference. */
  FP32,
  /** The upper half of single precision, summed in single precision. */
  BF16,
  /** IEEE half precision. */
  FP16,
  /** 8-bit integers, summed in 32 bits. */
  INT8
}
