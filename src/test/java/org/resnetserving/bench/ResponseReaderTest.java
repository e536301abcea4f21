package org.resnetserving.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.resnetserving.bench.ResponseReader.Response;

final class ResponseReaderTest {
  @Test
  void next_ofSeveral_readsOneAfterTheOther() throws IOException {
    ResponseReader reader =
        reader(
            "HTTP/1.1 200 \r\nContent-Length: 3\r\n\r\none"
                + "HTTP/1.1 429 Too Many Requests\r\ncontent-length:3\r\n\r\ntwo");
    assertThat(reader.next()).isEqualTo(new Response(200, "one", true));
    assertThat(reader.next()).isEqualTo(new Response(429, "two", true));
  }

  @Test
  void next_inChunks_joinsThem() throws IOException {
    ResponseReader reader =
        reader(
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                + "3\r\nabc\r\nA;x=y\r\n0123456789\r\n0\r\nTrailer: x\r\n\r\n"
                + "HTTP/1.1 204 \r\n\r\n");
    assertThat(reader.next()).isEqualTo(new Response(200, "abc0123456789", true));
    assertThat(reader.next()).isEqualTo(new Response(204, "", true));
  }

  @Test
  void next_thatComesByteByByte_isTheSame() throws IOException {
    String text = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n";
    InputStream trickle =
        new ByteArrayInputStream(text.getBytes(StandardCharsets.US_ASCII)) {
          @Override
          public int read(byte[] bytes, int offset, int length) {
            return super.read(bytes, offset, Math.min(length, 1));
          }

          @Override
          public int read(byte[] bytes) {
            return read(bytes, 0, bytes.length);
          }
        };
    assertThat(new ResponseReader(trickle).next()).isEqualTo(new Response(200, "hi", true));
  }

  @Test
  void next_afterContinue_isTheFinalOne() throws IOException {
    ResponseReader reader =
        reader("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 201 \r\nContent-Length: 0\r\n\r\n");
    assertThat(reader.next().status()).isEqualTo(201);
  }

  @Test
  void next_thatCloses_isNotKeptAlive() throws IOException {
    assertThat(reader("HTTP/1.1 413 \r\nConnection: close\r\nContent-Length: 0\r\n\r\n").next())
        .isEqualTo(new Response(413, "", false));
    assertThat(reader("HTTP/1.1 200 \r\n\r\nuntil the end").next())
        .isEqualTo(new Response(200, "until the end", false));
  }

  @Test
  void next_thatIsCutOff_says() {
    assertThatThrownBy(() -> reader("").next()).isInstanceOf(EOFException.class);
    assertThatThrownBy(() -> reader("HTTP/1.1 200 \r\nContent-Length: 9\r\n\r\nshort").next())
        .isInstanceOf(EOFException.class);
  }

  @Test
  void next_ofSomethingElse_says() {
    assertThatThrownBy(() -> reader("SSH-2.0-OpenSSH_9.2\r\n").next())
        .isInstanceOf(IOException.class)
        .hasMessageContaining("SSH-2.0");
  }

  private static ResponseReader reader(String text) {
    return new ResponseReader(new ByteArrayInputStream(text.getBytes(StandardCharsets.US_ASCII)));
  }
}
