package org.resnetserving.image;

import java.nio.ByteBuffer;
import org.bytedeco.javacpp.BytePointer;

/** Memory outside the Java heap, given back by {@link #close()}. */
final class NativeBuffer implements AutoCloseable {
  private final BytePointer pointer;
  private final ByteBuffer bytes;

  NativeBuffer(long size) {
    this.pointer = new BytePointer(size);
    this.bytes = pointer.asByteBuffer();
  }

  /** A view, not to be used once this is closed. */
  ByteBuffer bytes() {
    return bytes;
  }

  @Override
  public void close() {
    pointer.close();
  }
}
