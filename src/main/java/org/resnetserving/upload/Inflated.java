package org.resnetserving.upload;

import java.io.IOException;
import java.io.InputStream;
import java.util.function.LongFunction;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.resnetserving.problem.ProblemException;
import org.resnetserving.problem.ProblemType;

/**
 * A compressed body, inflated as it arrives and no further than so many bytes. What is not
 * compressed as it says becomes a problem here, whoever reads. The JDK's GZIPInputStream goes one
 * call deeper with each empty member: a body of many would take the whole stack.
 */
final class Inflated extends InputStream {
  private static final int BUFFER = 8 * 1024;
  private static final int HEADER_CHECKSUM = 2;
  private static final int EXTRA = 4;
  private static final int NAME = 8;
  private static final int COMMENT = 16;
  private static final int RESERVED = 0xe0;

  private final InputStream body;
  private final ContentCoding coding;
  private final long most;
  private final LongFunction<ProblemException> tooMany;
  private final Inflater inflater;
  private final CRC32 checksum = new CRC32();
  private final byte[] buffer = new byte[BUFFER];
  private int at;
  private int end;
  private long count;
  private boolean ended;

  /**
   * @param coding GZIP or DEFLATE
   * @param most bytes that may come out
   * @param tooMany the refusal of more than so many
   * @throws ProblemException (REQUEST_MALFORMED, and what the body throws)
   */
  Inflated(
      InputStream body, ContentCoding coding, long most, LongFunction<ProblemException> tooMany)
      throws IOException {
    this.body = body;
    this.coding = coding;
    this.most = most;
    this.tooMany = tooMany;
    if (coding == ContentCoding.GZIP) {
      header(next());
    }
    inflater = new Inflater(coding == ContentCoding.GZIP || !isZlib());
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] bytes, int from, int length) throws IOException {
    while (!ended && length > 0) {
      int read = inflate(bytes, from, length);
      if (read > 0) {
        count += read;
        if (count > most) {
          throw tooMany.apply(most);
        }
        checksum.update(bytes, from, read);
        return read;
      }
      if (inflater.finished()) {
        at = end - inflater.getRemaining();
        endMember();
      } else if (inflater.needsDictionary()) {
        throw malformed("it wants a dictionary");
      } else {
        if (at == end && !fill()) {
          throw malformed("it breaks off");
        }
        inflater.setInput(buffer, at, end - at);
        at = end;
      }
    }
    return length == 0 ? 0 : -1;
  }

  /** Gives back what the inflater takes outside of the heap. */
  @Override
  public void close() {
    inflater.end();
  }

  private int inflate(byte[] bytes, int from, int length) {
    try {
      return inflater.inflate(bytes, from, length);
    } catch (DataFormatException e) {
      throw malformed(e.getMessage() == null ? "its data are damaged" : e.getMessage());
    }
  }

  private void endMember() throws IOException {
    if (coding == ContentCoding.GZIP) {
      if (number(4) != checksum.getValue()
          || number(4) != (inflater.getBytesWritten() & 0xffffffffL)) {
        throw malformed("its checksum is another");
      }
    }
    if (at == end && !fill()) {
      ended = true;
    } else if (coding == ContentCoding.GZIP) {
      header(next());
      inflater.reset();
      checksum.reset();
    } else {
      throw malformed("something follows its end");
    }
  }

  /** A member's header (RFC 1952, section 2.3), of which nothing is of use. */
  private void header(int first) throws IOException {
    if (first != 0x1f || next() != 0x8b || next() != 8) {
      throw malformed("it does not begin as a member does");
    }
    int flags = next();
    if ((flags & RESERVED) != 0) {
      throw malformed("it has flags that nobody knows");
    }
    skip(6);
    if ((flags & EXTRA) != 0) {
      skip((int) number(2));
    }
    if ((flags & NAME) != 0) {
      skipText();
    }
    if ((flags & COMMENT) != 0) {
      skipText();
    }
    if ((flags & HEADER_CHECKSUM) != 0) {
      skip(2);
    }
  }

  /** Whether it begins with zlib's header, which the beginning of no sane raw stream looks like. */
  private boolean isZlib() throws IOException {
    end = body.readNBytes(buffer, 0, 2);
    return end == 2
        && (buffer[0] & 0x0f) == 8
        && (((buffer[0] & 0xff) << 8) | (buffer[1] & 0xff)) % 31 == 0;
  }

  private boolean fill() throws IOException {
    at = 0;
    end = Math.max(0, body.read(buffer, 0, BUFFER));
    return end > 0;
  }

  private int next() throws IOException {
    if (at == end && !fill()) {
      throw malformed("it breaks off");
    }
    return buffer[at++] & 0xff;
  }

  /** So many bytes, the least significant first. */
  private long number(int bytes) throws IOException {
    long value = 0;
    for (int i = 0; i < bytes; i++) {
      value |= (long) next() << (8 * i);
    }
    return value;
  }

  private void skip(int bytes) throws IOException {
    for (int i = 0; i < bytes; i++) {
      next();
    }
  }

  private void skipText() throws IOException {
    while (next() != 0) {
      // Up to the zero.
    }
  }

  private ProblemException malformed(String why) {
    return new ProblemException(
        ProblemType.REQUEST_MALFORMED,
        "The body is not in the coding that its Content-Encoding says (%s): %s."
            .formatted(coding == ContentCoding.GZIP ? "gzip" : "deflate", why));
  }
}
