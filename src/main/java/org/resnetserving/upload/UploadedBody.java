package org.resnetserving.upload;

import org.resnetserving.admission.Deadline;

/**
 * A body as it was sent, inflated where it was compressed: for protocols that say by themselves
 * what is in it. Whoever holds it closes it.
 */
public final class UploadedBody implements AutoCloseable {
  private final byte[] bytes;
  private final Deadline deadline;
  private final MemoryClaim memory;

  /**
   * @param memory that the bytes take
   */
  UploadedBody(byte[] bytes, Deadline deadline, MemoryClaim memory) {
    this.bytes = bytes;
    this.deadline = deadline;
    this.memory = memory;
  }

  /** Not copied. */
  public byte[] bytes() {
    return bytes;
  }

  /** Until when the answer is of use; it runs since the request came. */
  public Deadline deadline() {
    return deadline;
  }

  /**
   * Claims memory for what the body is read into, before it is taken.
   *
   * @throws org.resnetserving.problem.ProblemException (OVERLOADED) if there is no room for it
   */
  public void claim(long more) {
    memory.grow(more);
  }

  @Override
  public void close() {
    memory.close();
  }
}
