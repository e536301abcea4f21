package org.resnetserving.bulk;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.stream.Stream;

/**
 * Classifies many pictures: several are on their way at once, and their lines are written in the
 * order of the names. So the number of lines tells where to go on.
 */
public final class Bulk {
  private final Classifier classifier;
  private final ResultFormat format;
  private final Shard shard;
  private final PrintStream err;
  private final boolean terminal;

  /** Answers about a picture, on any thread, and waits until it may. */
  public interface Classifier {
    /** How many pictures at once keep it busy. */
    int atOnce();

    /**
     * Answers about one.
     *
     * @param name of its file
     * @throws IOException if there is no use in asking again: about this picture or another
     */
    Answer classify(String name) throws IOException, InterruptedException;
  }

  /**
   * @param err where progress is shown
   * @param terminal whether that is a terminal
   */
  public Bulk(
      Classifier classifier, ResultFormat format, Shard shard, PrintStream err, boolean terminal) {
    this.classifier = classifier;
    this.format = format;
    this.shard = shard;
    this.err = err;
    this.terminal = terminal;
  }

  /**
   * Writes a line for each picture that has none yet.
   *
   * @param source as {@link PictureNames#of} takes it
   * @throws IOException if names cannot be read or lines not written, or if the file holds the
   *     results of something else
   */
  public void run(String source, InputStream in, Path output)
      throws IOException, InterruptedException {
    long total = source.equals(PictureNames.STANDARD_INPUT) ? -1 : count(source, in);
    try (ResultFile results = ResultFile.open(output, System::nanoTime);
        Stream<String> all = PictureNames.of(source, in)) {
      Iterator<String> names = shared(all).iterator();
      long done = resume(results, names, output);
      if (done > 0) {
        err.printf("%s has %d pictures already: going on from there%n", output, done);
      }
      new Survey(classifier.atOnce(), err, terminal)
          .run(
              names,
              total,
              done,
              classifier::classify,
              (name, answer) -> {
                results.append(format.line(name, answer));
                return answer.problem() == null;
              });
    }
  }

  private long count(String source, InputStream in) throws IOException {
    try (Stream<String> all = PictureNames.of(source, in)) {
      return shared(all).count();
    }
  }

  private Stream<String> shared(Stream<String> names) {
    long[] place = {0};
    return names.filter(name -> shard.holds(place[0]++));
  }

  /** Passes over what is done; the last of it must be the last line's. */
  private long resume(ResultFile results, Iterator<String> names, Path output) throws IOException {
    String header = format.header();
    if (header != null && results.lines() == 0) {
      results.append(header);
      return 0;
    }
    long done = results.lines() - (header == null ? 0 : 1);
    String name = "";
    for (long i = 0; i < done; i++) {
      if (!names.hasNext()) {
        throw new IOException(
            "%s has %d results, but there are %d pictures: is it of other ones?"
                .formatted(output, done, i));
      }
      name = names.next();
    }
    boolean sameColumns = header == null || header.equals(results.first());
    if (!sameColumns || (done > 0 && !format.isOf(String.valueOf(results.last()), name))) {
      throw new IOException(
          ("%s ends with the result of another picture, model or number of predictions than this"
                  + " would have written: name another file, or remove it")
              .formatted(output));
    }
    return done;
  }
}
