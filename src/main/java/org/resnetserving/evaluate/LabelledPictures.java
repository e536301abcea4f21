package org.resnetserving.evaluate;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.resnetserving.bulk.PictureNames;
import org.resnetserving.models.Label;
import org.resnetserving.models.Labels;

/**
 * Pictures whose classes are known: each folder in a folder is named as a class of the model, by
 * name, WordNet id or index, and what is in it, or in folders within, is of that class.
 *
 * @param pictures in the order of their folders' names, and then of their own
 * @param loose files beside the folders, of which nobody knows the class
 */
public record LabelledPictures(List<LabelledPicture> pictures, int loose) {
  /** More pictures than this are refused; ImageNet's training set has 1.3 million. */
  static final int MOST = 2_000_000;

  /** Of classes that share a name, how many a refusal tells the indexes of. */
  private static final int MOST_INDEXES = 10;

  /** Keeps its own list. */
  public LabelledPictures {
    pictures = List.copyOf(pictures);
  }

  /**
   * A picture.
   *
   * @param file its name
   * @param truth the index of its class
   */
  public record LabelledPicture(String file, int truth) {}

  /**
   * Reads a folder. Entries whose names begin with a dot are passed over.
   *
   * @throws IOException if it cannot be read; if there are no pictures, or too many; if a folder is
   *     named as no class, which tells the nearest, or as several
   */
  public static LabelledPictures read(Path folder, Labels labels) throws IOException {
    if (!Files.isDirectory(folder)) {
      throw new IOException("there is no folder " + folder);
    }
    if (labels.size() == 0) {
      throw new IOException("the network has no head, so it tells no classes apart");
    }
    List<LabelledPicture> pictures = new ArrayList<>();
    int loose = 0;
    for (Path entry : entries(folder)) {
      if (!Files.isDirectory(entry)) {
        loose++;
        continue;
      }
      int truth = truth(entry, labels);
      try (Stream<String> names =
          PictureNames.of(entry.toString(), InputStream.nullInputStream())) {
        Iterator<String> files = names.iterator();
        while (files.hasNext()) {
          pictures.add(new LabelledPicture(files.next(), truth));
          if (pictures.size() > MOST) {
            throw new IOException("%s has more than %,d files".formatted(folder, MOST));
          }
        }
      }
    }
    if (pictures.isEmpty()) {
      throw new IOException(
          ("%s has no folders with pictures in them: each class has its own, named by its label,"
                  + " WordNet id or index, such as %s")
              .formatted(folder, folder.resolve(labels.get(0).name())));
    }
    return new LabelledPictures(pictures, loose);
  }

  /** So many of them, evenly; all if there are no more. */
  List<LabelledPicture> atMost(int most) {
    int count = Math.min(most, pictures.size());
    return IntStream.range(0, count)
        .mapToObj(i -> pictures.get((int) ((long) i * pictures.size() / count)))
        .toList();
  }

  private static List<Path> entries(Path folder) throws IOException {
    try (Stream<Path> all = Files.list(folder)) {
      return all.filter(entry -> !name(entry).startsWith(".")).sorted().toList();
    }
  }

  private static String name(Path entry) {
    return String.valueOf(entry.getFileName());
  }

  private static int truth(Path folder, Labels labels) throws IOException {
    String name = name(folder);
    List<Label> named = labels.named(name);
    if (named.isEmpty()) {
      throw new IOException(
          "%s is named as no class of this model, by label, WordNet id or index: %s"
              .formatted(folder, labels.nearest(name)));
    }
    if (named.size() > 1) {
      throw new IOException(
          "%s may be any of several classes of that label: name it by an index, %s"
              .formatted(
                  folder,
                  named.stream()
                      .limit(MOST_INDEXES)
                      .map(label -> Integer.toString(label.index()))
                      .collect(Collectors.joining(", "))));
    }
    return named.get(0).index();
  }
}
