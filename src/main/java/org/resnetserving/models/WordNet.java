package org.resnetserving.models;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * The nouns of WordNet 3.0 that ImageNet's 1,000 classes are kinds of, up to <i>entity</i>. A noun
 * may be a kind of several: this is a directed acyclic graph and no tree. The table beside this
 * class has the columns wnid, parents (separated by commas) and name (the first lemma).
 */
final class WordNet {
  private static final String TABLE = "imagenet-hypernyms.tsv";

  private WordNet() {}

  /**
   * A noun.
   *
   * @param wnid an n with eight digits
   * @param parents wnids of what it is a kind of; none for <i>entity</i>
   * @param name its first lemma
   */
  record Noun(String wnid, List<String> parents, String name) {}

  /** Whether it is a class of ImageNet-1k, or above one. */
  static boolean has(String wnid) {
    return Table.NOUNS.containsKey(wnid);
  }

  /** The noun of an id that {@link #has there is}. */
  static Noun noun(String wnid) {
    return Objects.requireNonNull(Table.NOUNS.get(wnid), wnid);
  }

  /** Read when the first request asks for it. */
  private static final class Table {
    static final Map<String, Noun> NOUNS = read();

    private static Map<String, Noun> read() {
      Map<String, Noun> nouns = new HashMap<>();
      try (InputStream in = Objects.requireNonNull(WordNet.class.getResourceAsStream(TABLE));
          BufferedReader lines =
              new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
        lines
            .lines()
            .skip(1)
            .map(line -> line.split("\t", -1))
            .forEach(
                row ->
                    nouns.put(
                        row[0],
                        new Noun(
                            row[0],
                            row[1].isEmpty() ? List.of() : List.of(row[1].split(",")),
                            row[2])));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      return nouns;
    }
  }
}
