package org.resnetserving.bulk;

import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Asks about many pictures, several at once, hands on what came of each in their order, and shows
 * how far it is.
 */
public final class Survey {
  /** How many may be done before the one whose turn is next; they wait in memory. */
  private static final int AHEAD = 4;

  private final int atOnce;
  private final PrintStream err;
  private final boolean terminal;

  /**
   * What is asked, on any thread.
   *
   * @param <T> how a picture is named
   * @param <A> what comes of it
   */
  public interface Question<T, A> {
    /**
     * Asks about one picture, and waits until it may.
     *
     * @throws IOException if there is no use in asking again: about this picture or another
     */
    A ask(T picture) throws IOException, InterruptedException;
  }

  /**
   * Takes what came of pictures, on one thread.
   *
   * @param <T> how a picture is named
   * @param <A> what comes of it
   */
  public interface Receiver<T, A> {
    /**
     * Takes what came of the next picture.
     *
     * @return whether that is an answer
     */
    boolean take(T picture, A answer) throws IOException;
  }

  /**
   * @param atOnce how many pictures at once keep the asked one busy
   * @param err where progress is shown
   * @param terminal whether that is a terminal
   */
  public Survey(int atOnce, PrintStream err, boolean terminal) {
    this.atOnce = atOnce;
    this.err = err;
    this.terminal = terminal;
  }

  private record Underway<T, A>(T picture, Future<A> answer) {}

  /**
   * Asks about all of them.
   *
   * @param total how many there are, those done before included; -1 if nobody knows
   * @param before how many were done before
   * @throws IOException if there was no use in going on
   */
  public <T, A> void run(
      Iterator<T> pictures,
      long total,
      long before,
      Question<T, A> question,
      Receiver<T, A> receiver)
      throws IOException, InterruptedException {
    Tempo tempo = new Tempo(err, terminal, System::nanoTime, total, before);
    ExecutorService askers = Executors.newFixedThreadPool(atOnce);
    Deque<Underway<T, A>> underway = new ArrayDeque<>();
    try {
      while (pictures.hasNext() || !underway.isEmpty()) {
        while (pictures.hasNext() && underway.size() < AHEAD * atOnce) {
          T picture = pictures.next();
          underway.add(new Underway<>(picture, askers.submit(() -> question.ask(picture))));
        }
        Underway<T, A> first = underway.remove();
        tempo.step(receiver.take(first.picture(), first.answer().get()));
      }
    } catch (ExecutionException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      throw new IOException(String.valueOf(cause.getMessage()), cause);
    } finally {
      askers.shutdownNow();
    }
    tempo.end();
  }
}
