package org.resnetserving.bulk;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.function.Predicate;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/**
 * The names of pictures' files, always in the same order: those of a folder and of the folders
 * within, sorted, or those that a list has, one a line. Folders are read as they are come to, so
 * that a million names need not be held at once, unless they are in one folder.
 */
public final class PictureNames {
  /** Stands for a list on standard input. */
  public static final String STANDARD_INPUT = "-";

  private PictureNames() {}

  /**
   * The names.
   *
   * @param source a folder, a file that is a list, or {@link #STANDARD_INPUT}
   * @param in standard input
   * @throws IOException if there is no such folder or list
   */
  public static Stream<String> of(String source, InputStream in) throws IOException {
    if (source.equals(STANDARD_INPUT)) {
      return lines(new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8)).lines());
    }
    Path path = Path.of(source);
    if (Files.isDirectory(path)) {
      Iterable<Path> files = () -> new Walk(path);
      return StreamSupport.stream(files.spliterator(), false).map(Path::toString);
    }
    if (!Files.exists(path)) {
      throw new IOException("there is no folder or list " + path);
    }
    BufferedReader list = Files.newBufferedReader(path);
    return lines(list.lines()).onClose(() -> close(list));
  }

  private static void close(BufferedReader list) {
    try {
      list.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Empty lines are nobody's names. */
  private static Stream<String> lines(Stream<String> lines) {
    return lines.filter(Predicate.not(String::isBlank));
  }

  /** Depth first; of a folder, what is in it sorted by name. */
  private static final class Walk implements Iterator<Path> {
    private final Deque<Iterator<Path>> folders = new ArrayDeque<>();
    private @Nullable Path next;

    Walk(Path folder) {
      folders.push(entries(folder));
      advance();
    }

    private static Iterator<Path> entries(Path folder) {
      try (Stream<Path> entries = Files.list(folder)) {
        List<Path> sorted = entries.sorted().toList();
        return sorted.iterator();
      } catch (IOException e) {
        throw new UncheckedIOException(folder + " cannot be read: " + e.getMessage(), e);
      }
    }

    private void advance() {
      next = null;
      while (next == null && !folders.isEmpty()) {
        if (!folders.element().hasNext()) {
          folders.pop();
          continue;
        }
        Path entry = folders.element().next();
        if (Files.isDirectory(entry) && !Files.isSymbolicLink(entry)) {
          folders.push(entries(entry));
        } else if (Files.isRegularFile(entry)) {
          next = entry;
        }
      }
    }

    @Override
    public boolean hasNext() {
      return next != null;
    }

    @Override
    public Path next() {
      Path current = next;
      if (current == null) {
        throw new NoSuchElementException();
      }
      advance();
      return current;
    }
  }
}
