package org.resnetserving.bench;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** Reads HTTP/1.1 responses, one after the other, off a connection. */
final class ResponseReader {
  private static final int CONTINUE = 100;
  private static final int NO_CONTENT = 204;
  private static final int NOT_MODIFIED = 304;

  private final InputStream in;
  private final byte[] buffer = new byte[16 << 10];
  private int from;
  private int to;

  ResponseReader(InputStream in) {
    this.in = in;
  }

  /**
   * A response.
   *
   * @param status 200 and so on
   * @param keepsAlive whether the connection may be used again
   */
  record Response(int status, String body, boolean keepsAlive) {}

  /**
   * Reads the next response to its end.
   *
   * @throws EOFException if the connection ends before it does
   */
  Response next() throws IOException {
    while (true) {
      String line = line();
      String[] words = line.split(" ", 3);
      if (words.length < 2 || !words[0].startsWith("HTTP/1.")) {
        throw new IOException("no status line: " + line);
      }
      Response response = rest(Integer.parseInt(words[1]), words[0].equals("HTTP/1.1"));
      if (response.status() != CONTINUE) {
        return response;
      }
    }
  }

  private Response rest(int status, boolean keepsAlive) throws IOException {
    boolean alive = keepsAlive;
    boolean chunked = false;
    long length = -1;
    for (String line = line(); !line.isEmpty(); line = line()) {
      int colon = line.indexOf(':');
      if (colon < 0) {
        throw new IOException("no header: " + line);
      }
      String value = line.substring(colon + 1).strip().toLowerCase(Locale.ROOT);
      switch (line.substring(0, colon).toLowerCase(Locale.ROOT)) {
        case "content-length" -> length = Long.parseLong(value);
        case "transfer-encoding" -> chunked = value.equals("chunked");
        case "connection" -> alive = !value.equals("close");
        default -> {}
      }
    }
    if (status == CONTINUE || status == NO_CONTENT || status == NOT_MODIFIED) {
      return new Response(status, "", alive);
    }
    ByteArrayOutputStream body = new ByteArrayOutputStream(length < 0 ? 1024 : (int) length);
    if (chunked) {
      for (int size = chunkSize(); size > 0; size = chunkSize()) {
        copy(body, size);
        line();
      }
      while (!line().isEmpty()) {
        // A trailer, of which we want nothing.
      }
    } else if (length >= 0) {
      copy(body, (int) length);
    } else {
      in.transferTo(drained(body));
      alive = false;
    }
    return new Response(status, body.toString(StandardCharsets.UTF_8), alive);
  }

  private ByteArrayOutputStream drained(ByteArrayOutputStream body) {
    body.write(buffer, from, to - from);
    from = to;
    return body;
  }

  private int chunkSize() throws IOException {
    String line = line();
    int semicolon = line.indexOf(';');
    return Integer.parseInt((semicolon < 0 ? line : line.substring(0, semicolon)).strip(), 16);
  }

  private void copy(ByteArrayOutputStream body, int bytes) throws IOException {
    int left = bytes;
    while (left > 0) {
      if (from == to) {
        fill();
      }
      int step = Math.min(left, to - from);
      body.write(buffer, from, step);
      from += step;
      left -= step;
    }
  }

  private String line() throws IOException {
    StringBuilder line = new StringBuilder(64);
    while (true) {
      if (from == to) {
        fill();
      }
      int next = buffer[from++] & 0xff;
      if (next == '\n') {
        int length = line.length();
        if (length > 0 && line.charAt(length - 1) == '\r') {
          line.setLength(length - 1);
        }
        return line.toString();
      }
      line.append((char) next);
    }
  }

  private void fill() throws IOException {
    int read = in.read(buffer);
    if (read < 0) {
      throw new EOFException("the connection ended within a response, or before it");
    }
    from = 0;
    to = read;
  }
}
