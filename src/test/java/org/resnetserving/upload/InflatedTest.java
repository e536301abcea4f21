package org.resnetserving.upload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.resnetserving.problem.ProblemException;
import org.resnetserving.problem.ProblemType;

final class InflatedTest {
  private static final byte[] TEXT = "a picture ".repeat(1000).getBytes(StandardCharsets.UTF_8);

  @Test
  void body_inEachCoding_isWhatItWas() throws IOException {
    assertThat(inflated(gzip(TEXT), ContentCoding.GZIP)).isEqualTo(TEXT);
    assertThat(inflated(deflate(TEXT, false), ContentCoding.DEFLATE)).isEqualTo(TEXT);
    assertThat(inflated(deflate(TEXT, true), ContentCoding.DEFLATE)).isEqualTo(TEXT);
  }

  @Test
  void gzip_ofSeveralMembers_isReadToItsEnd() throws IOException {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    for (int i = 0; i < 3; i++) {
      body.write(gzip(new byte[] {(byte) i}));
      body.write(gzip(new byte[0]));
    }
    assertThat(inflated(body.toByteArray(), ContentCoding.GZIP)).containsExactly(0, 1, 2);
  }

  @Test
  void gzip_ofManyEmptyMembers_isReadWithoutGoingDeep() throws IOException {
    byte[] empty = gzip(new byte[0]);
    byte[] body = new byte[100_000 * empty.length];
    for (int i = 0; i < body.length; i++) {
      body[i] = empty[i % empty.length];
    }
    assertThat(inflated(body, ContentCoding.GZIP)).isEmpty();
  }

  @Test
  void gzip_withANameAndAComment_isRead() throws IOException {
    byte[] plain = gzip(new byte[] {7});
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    body.write(plain, 0, 3);
    // FHCRC, FEXTRA, FNAME, FCOMMENT
    body.write(2 | 4 | 8 | 16);
    body.write(plain, 4, 6);
    body.write(new byte[] {3, 0, 1, 2, 3, 'a', 'b', 0, 'c', 0, 9, 9});
    body.write(plain, 10, plain.length - 10);
    assertThat(inflated(body.toByteArray(), ContentCoding.GZIP)).containsExactly(7);
  }

  @Test
  void body_thatInflatesBeyondItsBound_isRefusedThere() throws IOException {
    byte[] bomb = gzip(new byte[10_000_000]);
    assertThat(bomb).hasSizeLessThan(20_000);
    assertProblem(bomb, ContentCoding.GZIP, ProblemType.REQUEST_TOO_LARGE);
  }

  @Test
  void body_thatIsNotAsItSays_isMalformed() throws IOException {
    byte[] good = gzip(TEXT);
    assertProblem(TEXT, ContentCoding.GZIP, ProblemType.REQUEST_MALFORMED);
    assertProblem(new byte[0], ContentCoding.GZIP, ProblemType.REQUEST_MALFORMED);
    assertProblem(
        Arrays.copyOf(good, good.length / 2), ContentCoding.GZIP, ProblemType.REQUEST_MALFORMED);
    assertProblem(
        Arrays.copyOf(good, good.length - 1), ContentCoding.GZIP, ProblemType.REQUEST_MALFORMED);
    assertProblem(
        Arrays.copyOf(good, good.length + 1), ContentCoding.GZIP, ProblemType.REQUEST_MALFORMED);
    byte[] lying = good.clone();
    lying[good.length - 6] ^= 1;
    assertProblem(lying, ContentCoding.GZIP, ProblemType.REQUEST_MALFORMED);
    byte[] zlib = deflate(TEXT, false);
    assertProblem(
        Arrays.copyOf(zlib, zlib.length + 1), ContentCoding.DEFLATE, ProblemType.REQUEST_MALFORMED);
  }

  private static void assertProblem(byte[] body, ContentCoding coding, ProblemType type) {
    assertThatThrownBy(() -> inflated(body, coding))
        .isInstanceOfSatisfying(ProblemException.class, e -> assertThat(e.type()).isEqualTo(type));
  }

  private static byte[] inflated(byte[] body, ContentCoding coding) throws IOException {
    try (Inflated in =
        new Inflated(new ByteArrayInputStream(body), coding, TEXT.length, Pictures::tooManyBytes)) {
      return in.readAllBytes();
    }
  }

  static byte[] gzip(byte[] content) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (OutputStream out = new GZIPOutputStream(bytes)) {
      out.write(content);
    }
    return bytes.toByteArray();
  }

  static byte[] deflate(byte[] content, boolean raw) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    Deflater deflater = new Deflater(Deflater.DEFAULT_COMPRESSION, raw);
    try (OutputStream out = new DeflaterOutputStream(bytes, deflater)) {
      out.write(content);
    }
    deflater.end();
    return bytes.toByteArray();
  }
}
