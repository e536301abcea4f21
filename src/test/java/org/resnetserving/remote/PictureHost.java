package org.resnetserving.remote;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import javax.net.ServerSocketFactory;

/** A web server on this machine that answers byte for byte what a test says, good or bad. */
final class PictureHost implements AutoCloseable {
  private final ServerSocket server;
  private final Map<String, Answer> answers = new ConcurrentHashMap<>();
  private final List<String> requests = new CopyOnWriteArrayList<>();
  private final List<Socket> sockets = new CopyOnWriteArrayList<>();
  private final CountDownLatch closed = new CountDownLatch(1);

  /** What is written to whoever asks. */
  interface Answer {
    void write(OutputStream out) throws IOException, InterruptedException;
  }

  PictureHost(String address) throws IOException {
    this(address, ServerSocketFactory.getDefault());
  }

  PictureHost(String address, ServerSocketFactory sockets) throws IOException {
    this.server = sockets.createServerSocket(0, 50, InetAddress.getByName(address));
    start(this::accept);
  }

  private static void start(Runnable task) {
    Thread thread = new Thread(task, "picture-host");
    thread.setDaemon(true);
    thread.start();
  }

  int port() {
    return server.getLocalPort();
  }

  /** The heads of the requests that came. */
  List<String> requests() {
    return requests;
  }

  /** How many connections came. */
  int connections() {
    return sockets.size();
  }

  void answer(String path, Answer answer) {
    answers.put(path, answer);
  }

  void answer(String path, String head, byte[] body) {
    answer(
        path,
        out -> {
          write(out, head);
          out.write(body);
        });
  }

  static void write(OutputStream out, String text) throws IOException {
    out.write(text.getBytes(StandardCharsets.ISO_8859_1));
    out.flush();
  }

  /** Waits until the test is over. */
  void hang() throws InterruptedException {
    closed.await();
  }

  private void accept() {
    while (!server.isClosed()) {
      try {
        Socket socket = server.accept();
        sockets.add(socket);
        start(() -> serve(socket));
      } catch (IOException e) {
        // closed
      }
    }
  }

  private void serve(Socket socket) {
    try (socket) {
      BufferedReader in =
          new BufferedReader(
              new InputStreamReader(socket.getInputStream(), StandardCharsets.ISO_8859_1));
      StringBuilder head = new StringBuilder();
      for (String line = in.readLine(); line != null && !line.isEmpty(); line = in.readLine()) {
        head.append(line).append('\n');
      }
      requests.add(head.toString());
      Answer answer = answers.get(head.toString().split(" ", 3)[1]);
      if (answer == null) {
        write(socket.getOutputStream(), "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n");
      } else {
        answer.write(socket.getOutputStream());
      }
    } catch (IOException | ArrayIndexOutOfBoundsException e) {
      // The other side left.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() throws IOException {
    closed.countDown();
    server.close();
    for (Socket socket : sockets) {
      socket.close();
    }
  }
}
