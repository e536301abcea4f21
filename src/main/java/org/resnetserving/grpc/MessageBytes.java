package org.resnetserving.grpc;

import io.grpc.KnownLength;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/**
 * Reads a message that the server has whole, or inflates it.
 *
 * @param most bytes that it may have
 * @param arrival claims memory for them
 */
record MessageBytes(int most, Arrival arrival) {
  /**
   * Where the length is not known: the first piece, of which the next are as long as all before.
   */
  private static final int FIRST = 64 * 1024;

  /**
   * The bytes.
   *
   * @throws org.resnetserving.problem.ProblemException (REQUEST_TOO_LARGE, OVERLOADED)
   */
  byte[] read(InputStream stream) throws IOException {
    if (stream instanceof KnownLength) {
      int length = stream.available();
      if (length > most) {
        throw PictureCalls.tooLarge(most);
      }
      arrival.grow(length);
      byte[] bytes = new byte[length];
      int read = stream.readNBytes(bytes, 0, length);
      return read == length ? bytes : Arrays.copyOf(bytes, read);
    }
    return inflated(stream);
  }

  private byte[] inflated(InputStream stream) throws IOException {
    arrival.grow(FIRST);
    byte[] bytes = new byte[FIRST];
    int length = 0;
    while (true) {
      int read = stream.read(bytes, length, bytes.length - length);
      if (read < 0) {
        return Arrays.copyOf(bytes, length);
      }
      length += read;
      if (length > most) {
        throw PictureCalls.tooLarge(most);
      }
      if (length == bytes.length) {
        int more = (int) Math.min(length, (long) most + 1 - length);
        arrival.grow(more);
        bytes = Arrays.copyOf(bytes, length + more);
      }
    }
  }
}
