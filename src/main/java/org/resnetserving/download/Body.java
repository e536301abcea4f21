package org.resnetserving.download;

import java.io.IOException;
import java.net.http.HttpResponse.BodySubscriber;
import java.net.http.HttpTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow.Subscription;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of an answer, taken one piece at a time by a thread that waits only so long for the
 * next. (An InputStream of the JDK's client waits forever.) Bounded: one piece is asked for when
 * the one before is taken.
 */
final class Body implements BodySubscriber<Body>, AutoCloseable {
  /*
   * Concurrency: the client's threads put pieces, then one end; the downloading thread takes. The
   * queue publishes them; subscription is written once, before the first piece can be put. Closing
   * and subscribing may meet: each writes its field before it reads the other's.
   */
  private final BlockingQueue<Piece> pieces = new LinkedBlockingQueue<>();
  private volatile @Nullable Subscription subscription;
  private volatile boolean closed;

  @Override
  public CompletionStage<Body> getBody() {
    return CompletableFuture.completedStage(this);
  }

  @Override
  public void onSubscribe(Subscription subscription) {
    this.subscription = subscription;
    if (closed) {
      subscription.cancel();
    } else {
      subscription.request(1);
    }
  }

  @Override
  public void onNext(List<ByteBuffer> buffers) {
    pieces.add(new Piece(buffers, null));
  }

  @Override
  public void onError(Throwable failure) {
    pieces.add(new Piece(List.of(), failure));
  }

  @Override
  public void onComplete() {
    pieces.add(new Piece(List.of(), null));
  }

  /**
   * The next piece; empty at the end, and not to be called after that.
   *
   * @throws HttpTimeoutException where none comes in time
   */
  List<ByteBuffer> next(Duration most) throws IOException, InterruptedException {
    Piece piece = pieces.poll(most.toNanos(), TimeUnit.NANOSECONDS);
    if (piece == null) {
      throw new HttpTimeoutException("the server sent nothing for " + most.toMillis() + " ms");
    }
    if (piece.failure != null) {
      throw piece.failure instanceof IOException e ? e : new IOException(piece.failure);
    }
    Subscription current = subscription;
    if (!piece.buffers.isEmpty() && current != null) {
      current.request(1);
    }
    return piece.buffers;
  }

  /** Drops what has not been taken, and the connection with it. */
  @Override
  public void close() {
    closed = true;
    Subscription current = subscription;
    if (current != null) {
      current.cancel();
    }
  }

  private record Piece(List<ByteBuffer> buffers, @Nullable Throwable failure) {}
}
