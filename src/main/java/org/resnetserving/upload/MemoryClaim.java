package org.resnetserving.upload;

import org.jspecify.annotations.Nullable;
import org.resnetserving.admission.Permit;
import org.resnetserving.admission.Permits;

/**
 * The memory that one upload takes: claimed before it is taken, as bytes arrive. Not thread-safe.
 */
public final class MemoryClaim implements AutoCloseable {
  private final Permits memory;
  private @Nullable Permit permit;
  private long claimed;

  /**
   * @param memory of all that is uploaded
   */
  public MemoryClaim(Permits memory) {
    this.memory = memory;
  }

  /**
   * Claims so many bytes more.
   *
   * @throws org.resnetserving.problem.ProblemException (OVERLOADED) if there is no room for them
   */
  public void grow(long bytes) {
    if (bytes == 0) {
      return;
    }
    if (permit == null) {
      permit = memory.acquire(bytes);
    } else {
      permit.resize(claimed + bytes);
    }
    claimed += bytes;
  }

  /** Gives so many bytes back. */
  public void shrink(long bytes) {
    claimed -= bytes;
    if (permit != null && claimed > 0) {
      permit.resize(claimed);
    } else if (permit != null) {
      permit.close();
      permit = null;
    }
  }

  /** Gives all of it back. */
  @Override
  public void close() {
    if (permit != null) {
      permit.close();
      permit = null;
    }
    claimed = 0;
  }
}
