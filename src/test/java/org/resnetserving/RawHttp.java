package org.resnetserving;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PushbackInputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A connection on which a test sends what no client would, byte by byte. */
public final class RawHttp implements AutoCloseable {
  private static final JsonMapper JSON = new JsonMapper();
  private static final int PATIENCE_MILLIS = 60_000;

  private final Socket socket;

  public RawHttp(int port) throws IOException {
    this(new Socket(InetAddress.getLoopbackAddress(), port));
  }

  /** The same over a connection of any kind. */
  public RawHttp(Socket socket) throws IOException {
    this.socket = socket;
    socket.setSoTimeout(PATIENCE_MILLIS);
    socket.setTcpNoDelay(true);
  }

  /** An answer as it came. */
  public record Raw(int status, String head, String body) {
    public JsonNode json() {
      return JSON.readTree(body);
    }

    /** The value of a header; empty if there is none. */
    public String header(String name) {
      return head.lines()
          .filter(line -> line.toLowerCase().startsWith(name.toLowerCase() + ":"))
          .map(line -> line.substring(name.length() + 1).strip())
          .findFirst()
          .orElse("");
    }
  }

  public RawHttp send(String text) throws IOException {
    return send(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  public RawHttp send(byte[] bytes) throws IOException {
    OutputStream out = socket.getOutputStream();
    out.write(bytes);
    out.flush();
    return this;
  }

  /** Nothing more is sent; what is answered can still be read. */
  public RawHttp shutdownOutput() throws IOException {
    socket.shutdownOutput();
    return this;
  }

  /** Ends the connection as a client does that crashes: nothing sent is waited for (RST). */
  public void reset() throws IOException {
    socket.setSoLinger(true, 0);
    socket.close();
  }

  /** Whether something came that was not read. */
  public boolean hasAnswer() throws IOException {
    return socket.getInputStream().available() > 0;
  }

  /** Reads one answer with a Content-Length or in chunks (whose frames stay in the body). */
  public Raw answer() throws IOException {
    return answer(socket.getInputStream());
  }

  private static Raw answer(InputStream in) throws IOException {
    ByteArrayOutputStream head = new ByteArrayOutputStream();
    while (!head.toString(StandardCharsets.ISO_8859_1).endsWith("\r\n\r\n")) {
      int next = in.read();
      if (next < 0) {
        throw new IOException("closed after '" + head + "'");
      }
      head.write(next);
    }
    String text = head.toString(StandardCharsets.ISO_8859_1);
    int status = Integer.parseInt(text.split(" ", 3)[1]);
    Raw headOnly = new Raw(status, text, "");
    String length = headOnly.header("Content-Length");
    byte[] body;
    if (!length.isEmpty()) {
      body = in.readNBytes(Integer.parseInt(length));
    } else if (headOnly.header("Transfer-Encoding").equals("chunked")) {
      body = chunks(in);
    } else {
      body = status < 200 ? new byte[0] : in.readAllBytes();
    }
    return new Raw(status, text, new String(body, StandardCharsets.UTF_8));
  }

  private static byte[] chunks(InputStream in) throws IOException {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    while (true) {
      StringBuilder line = new StringBuilder();
      for (int c = in.read(); c != '\n'; c = in.read()) {
        line.append((char) c);
      }
      int size = Integer.parseInt(line.toString().strip(), 16);
      body.write(in.readNBytes(size));
      in.readNBytes(2);
      if (size == 0) {
        return body.toByteArray();
      }
    }
  }

  /** Reads answers until the other side closes the connection. */
  public List<Raw> answers() throws IOException {
    List<Raw> all = new ArrayList<>();
    PushbackInputStream in = new PushbackInputStream(socket.getInputStream());
    try {
      for (int first = in.read(); first >= 0; first = in.read()) {
        in.unread(first);
        all.add(answer(in));
      }
    } catch (SocketException e) {
      // Closed before all was read that was sent.
    }
    return all;
  }

  /** Whether the other side has closed the connection: waits for it, or for one more byte. */
  public boolean closed() throws IOException {
    try {
      return socket.getInputStream().read() < 0;
    } catch (SocketException e) {
      return true;
    }
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
