package org.resnetserving.weights;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/** What a refusal of a missing name says is there: the names that are most like it. */
public final class NearestNames {
  private static final int SHOWN = 3;

  /** Names that are compared at most, and characters of each. */
  private static final int MOST_NAMES = 4096;

  private static final int MOST_CHARACTERS = 128;

  private NearestNames() {}

  /**
   * Says what there is, for behind a colon or semicolon: such as "all 122 names begin with 'x.'",
   * or "the nearest are a, b and c".
   *
   * @param missing the name that is not among the others
   * @param names those that are there
   */
  public static String of(String missing, Collection<String> names) {
    if (names.isEmpty()) {
      return "there is no other";
    }
    String prefix = commonPrefix(names);
    if (!prefix.isEmpty() && !missing.startsWith(prefix)) {
      return "all %d names begin with '%s'".formatted(names.size(), FileBytes.printable(prefix));
    }
    List<String> nearest =
        names.stream()
            .limit(MOST_NAMES)
            .map(name -> new Candidate(name, distance(missing, name)))
            .sorted(Comparator.comparingInt(Candidate::distance))
            .limit(SHOWN)
            .map(candidate -> FileBytes.printable(candidate.name))
            .toList();
    return nearest.size() == 1
        ? "there is %s".formatted(nearest.get(0))
        : "the nearest are %s".formatted(String.join(", ", nearest));
  }

  /** The segments, each with its dot, that all of two or more names begin with. */
  static String commonPrefix(Collection<String> names) {
    String first = names.iterator().next();
    int length = names.size() < 2 ? 0 : first.lastIndexOf('.') + 1;
    for (String name : names) {
      while (!name.startsWith(first.substring(0, length))) {
        length = first.lastIndexOf('.', length - 2) + 1;
      }
    }
    return first.substring(0, length);
  }

  /**
   * Levenshtein's: how many letters to insert, delete or replace, over the names' first 128
   * characters.
   */
  public static int distance(String one, String other) {
    String a = one.substring(0, Math.min(one.length(), MOST_CHARACTERS));
    String b = other.substring(0, Math.min(other.length(), MOST_CHARACTERS));
    int[] row = new int[b.length() + 1];
    for (int j = 0; j < row.length; j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j < row.length; j++) {
        int same = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(same, Math.min(row[j], row[j - 1]) + 1);
      }
    }
    return row[b.length()];
  }

  private record Candidate(String name, int distance) {}
}
