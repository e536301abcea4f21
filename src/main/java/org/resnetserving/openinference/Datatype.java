package org.resnetserving.openinference;

/** The datatypes that are read or answered, by the protocol's names. */
enum Datatype {
  /** IEEE 754 single precision, little-endian. */
  FP32(4),
  /** One unsigned byte. */
  UINT8(1),
  /** Any number of bytes. */
  BYTES(0);

  private final int size;

  Datatype(int size) {
    this.size = size;
  }

  /** Bytes that an element takes; 0 where each has its own number. */
  int size() {
    return size;
  }

  /**
   * The datatype of an input.
   *
   * @throws org.resnetserving.problem.ProblemException (TENSOR_INVALID) naming those there are
   */
  static Datatype of(String name, String input) {
    for (Datatype datatype : values()) {
      if (datatype.name().equals(name)) {
        return datatype;
      }
    }
    throw Tensor.invalid(
        input,
        "has the datatype '%s'; FP32, UINT8 and BYTES are read".formatted(Tensor.quoted(name)));
  }
}
