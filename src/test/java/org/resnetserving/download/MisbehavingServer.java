package org.resnetserving.download;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;

/**
 * An HTTP server on loopback that does what it is told, however wrong. Each path has a script: its
 * first request gets the first behaviour, the second the second, and so on; the last one stays.
 * Every connection carries one request.
 */
public final class MisbehavingServer implements AutoCloseable {
  private final ServerSocket listener;
  private final Map<String, List<Behaviour>> scripts = new ConcurrentHashMap<>();
  private final List<Request> requests = new CopyOnWriteArrayList<>();
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();

  public MisbehavingServer() {
    try {
      listener = new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    daemon("misbehaving-accept", this::accept);
  }

  /** What to do with a request; the connection closes after. */
  @FunctionalInterface
  public interface Behaviour {
    void answer(Request request, OutputStream out) throws IOException, InterruptedException;
  }

  /** A request as it came; names of headers are in lower case. */
  public record Request(String method, String target, Map<String, String> headers) {
    public String header(String name) {
      return headers.getOrDefault(name.toLowerCase(Locale.ROOT), "");
    }

    /** The offset that a Range asks for; 0 without one. */
    public int offset() {
      String range = header("Range");
      return range.isEmpty() ? 0 : Integer.parseInt(range.replaceAll("bytes=(\\d+)-", "$1"));
    }
  }

  /** Scripts a path, or, for a proxy, a whole target such as {@code host:443}. */
  public MisbehavingServer on(String path, Behaviour... script) {
    scripts.put(path, List.of(script));
    return this;
  }

  /** The address of a path. */
  public URI url(String path) {
    return URI.create("http://127.0.0.1:" + port() + path);
  }

  public int port() {
    return listener.getLocalPort();
  }

  /** Every request so far. */
  public List<Request> requests() {
    return List.copyOf(requests);
  }

  /** The requests for a path so far. */
  public List<Request> requests(String path) {
    return requests.stream().filter(request -> request.target().equals(path)).toList();
  }

  /** Behaves well: with an ETag, and with ranges for those who have the right one. */
  public static Behaviour serves(byte[] content, String etag) {
    return (request, out) -> {
      int offset = request.header("If-Range").equals(etag) ? request.offset() : 0;
      head(out, offset, content.length, etag);
      out.write(content, offset, content.length - offset);
    };
  }

  /** Behaves well for so many bytes, then hangs up. */
  public static Behaviour dropsAfter(int bytes, byte[] content, String etag) {
    return (request, out) -> {
      int offset = request.header("If-Range").equals(etag) ? request.offset() : 0;
      head(out, offset, content.length, etag);
      out.write(content, offset, Math.min(bytes, content.length - offset));
    };
  }

  /** Sends all of it, whatever range is asked for. */
  public static Behaviour ignoresRange(byte[] content, String etag) {
    return (request, out) -> {
      head(out, 0, content.length, etag);
      out.write(content);
    };
  }

  /** Claims another length than it sends. */
  public static Behaviour claimsLength(long length, byte[] content) {
    return (request, out) -> {
      out.write(ascii("HTTP/1.1 200 OK\r\nContent-Length: " + length + "\r\n\r\n"));
      out.write(content);
    };
  }

  /** Says no length: the end of the connection is the end of the file. */
  public static Behaviour withoutLength(byte[] content) {
    return (request, out) -> {
      out.write(ascii("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n"));
      out.write(content);
    };
  }

  /** Claims to continue at another offset than asked for. */
  public static Behaviour continuesElsewhere(byte[] content, String etag) {
    return (request, out) -> {
      head(out, request.offset() + 1, content.length, etag);
      out.write(content, request.offset() + 1, content.length - request.offset() - 1);
    };
  }

  /** Answers a status, with headers given as {@code Name: value}. */
  public static Behaviour status(int status, String... headers) {
    return (request, out) -> {
      StringBuilder text = new StringBuilder("HTTP/1.1 " + status + " Status\r\n");
      for (String header : headers) {
        text.append(header).append("\r\n");
      }
      out.write(ascii(text + "Content-Length: 0\r\nConnection: close\r\n\r\n"));
    };
  }

  /** Sends elsewhere. */
  public static Behaviour redirects(String location, String... headers) {
    String[] all = Arrays.copyOf(headers, headers.length + 1);
    all[headers.length] = "Location: " + location;
    return status(302, all);
  }

  /** A web page. */
  public static Behaviour page(String contentType) {
    byte[] content = ascii("\n<!DOCTYPE html><html><body>Please log in</body></html>");
    return (request, out) -> {
      String type = contentType.isEmpty() ? "" : "Content-Type: " + contentType + "\r\n";
      out.write(
          ascii("HTTP/1.1 200 OK\r\n" + type + "Content-Length: " + content.length + "\r\n\r\n"));
      out.write(content);
    };
  }

  /** Sends a byte, waits for the signal, sends the next. */
  public static Behaviour drips(byte[] content, long millis) {
    return (request, out) -> {
      head(out, 0, content.length, "");
      for (byte b : content) {
        out.write(b);
        out.flush();
        Thread.sleep(millis);
      }
    };
  }

  /** Sends some of it and then nothing, without hanging up, until the server closes. */
  public static Behaviour stalls(int bytes, byte[] content, String etag) {
    return (request, out) -> {
      head(out, 0, content.length, etag);
      out.write(content, 0, bytes);
      out.flush();
      new CountDownLatch(1).await();
    };
  }

  /** Sends some of it, and the rest after the signal. */
  public static Behaviour pauses(int bytes, CountDownLatch latch, byte[] content, String etag) {
    return (request, out) -> {
      head(out, 0, content.length, etag);
      out.write(content, 0, bytes);
      out.flush();
      latch.await();
      out.write(content, bytes, content.length - bytes);
    };
  }

  /** Never answers. */
  public static Behaviour silent() {
    return (request, out) -> new CountDownLatch(1).await();
  }

  /** Hangs up without a word. */
  public static Behaviour hangsUp() {
    return (request, out) -> {};
  }

  /** Waits for a latch first. */
  public static Behaviour after(CountDownLatch latch, Behaviour then) {
    return (request, out) -> {
      latch.await();
      then.answer(request, out);
    };
  }

  @Override
  public void close() {
    try {
      listener.close();
      for (Socket socket : open) {
        socket.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void head(OutputStream out, int offset, int length, String etag)
      throws IOException {
    String range =
        offset == 0
            ? ""
            : "Content-Range: bytes %d-%d/%d\r\n".formatted(offset, length - 1, length);
    out.write(
        ascii(
            (offset == 0 ? "HTTP/1.1 200 OK\r\n" : "HTTP/1.1 206 Partial Content\r\n")
                + (etag.isEmpty() ? "" : "ETag: " + etag + "\r\n")
                + range
                + "Content-Length: "
                + (length - offset)
                + "\r\nConnection: close\r\n\r\n"));
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        Socket socket = listener.accept();
        open.add(socket);
        daemon("misbehaving", () -> converse(socket));
      } catch (IOException e) {
        return; // closed
      }
    }
  }

  private void converse(Socket socket) {
    try (socket) {
      BufferedReader in =
          new BufferedReader(
              new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
      String first = in.readLine();
      if (first == null) {
        return;
      }
      Map<String, String> headers = new TreeMap<>();
      for (String line = in.readLine(); line != null && !line.isEmpty(); line = in.readLine()) {
        int colon = line.indexOf(':');
        headers.put(
            line.substring(0, colon).toLowerCase(Locale.ROOT), line.substring(colon + 1).strip());
      }
      String[] words = first.split(" ");
      Request request = new Request(words[0], words[1], headers);
      Behaviour behaviour;
      synchronized (requests) {
        requests.add(request);
        List<Behaviour> script = scripts.getOrDefault(words[1], List.of(status(404)));
        behaviour = script.get(Math.min(requests(words[1]).size(), script.size()) - 1);
      }
      OutputStream out = socket.getOutputStream();
      behaviour.answer(request, out);
      out.flush();
      socket.shutdownOutput();
    } catch (IOException e) {
      // the client left, as some tests want
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      open.remove(socket);
    }
  }

  private static void daemon(String name, Runnable run) {
    Thread thread = new Thread(run, name);
    thread.setDaemon(true);
    thread.start();
  }
}
