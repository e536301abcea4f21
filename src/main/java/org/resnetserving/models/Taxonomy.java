package org.resnetserving.models;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * What a model's classes are kinds of, by WordNet. It is a graph: a class has a set of kinds above
 * it, and a kind has a set of classes below it, in which no class counts twice. Immutable.
 */
public final class Taxonomy {
  /**
   * From fine to coarse: fewer classes first; of as many, the one further from <i>entity</i> by the
   * longest way; then by id. Whatever is below another comes before it.
   */
  private static final Comparator<Kind> FINE_FIRST =
      Comparator.comparingInt(Kind::count)
          .thenComparing(kind -> kind.depth, Comparator.reverseOrder())
          .thenComparing(Kind::wnid);

  private final List<Kind> classes;

  private Taxonomy(List<Kind> classes) {
    this.classes = List.copyOf(classes);
  }

  /** A noun that at least one class of the model is, or is a kind of. */
  public static final class Kind {
    private final String wnid;
    private final String name;
    private final BitSet classes;
    private final List<Kind> parents;
    private final int depth;

    private Kind(String wnid, String name, BitSet classes, List<Kind> parents) {
      this.wnid = wnid;
      this.name = name;
      this.classes = classes;
      this.parents = parents;
      this.depth = 1 + parents.stream().mapToInt(parent -> parent.depth).max().orElse(-1);
    }

    /** Its WordNet 3.0 id. */
    public String wnid() {
      return wnid;
    }

    /** Its first lemma; of a class of the model, the label's name. */
    public String name() {
      return name;
    }

    /** How many classes of the model are kinds of it. */
    public int count() {
      return classes.cardinality();
    }

    /** The sum of the values of its classes. */
    public double sum(double[] values) {
      return classes.stream().mapToDouble(index -> values[index]).sum();
    }

    private boolean is(Kind other) {
      return this == other || parents.stream().anyMatch(parent -> parent.is(other));
    }
  }

  /**
   * The taxonomy of some labels.
   *
   * @throws IllegalArgumentException if one of them is {@link #unplaced}
   */
  static Taxonomy of(Labels labels) {
    unplaced(labels)
        .ifPresent(
            label -> {
              throw new IllegalArgumentException(label + " is in no table of WordNet's here");
            });
    Map<String, BitSet> below = new HashMap<>();
    Map<String, String> names = new HashMap<>();
    for (Label label : labels.all()) {
      String wnid = Objects.requireNonNull(label.wnid());
      names.put(wnid, label.name());
      Set<String> above = new LinkedHashSet<>();
      collect(wnid, above);
      above.forEach(id -> below.computeIfAbsent(id, i -> new BitSet()).set(label.index()));
    }
    Map<String, Kind> kinds = new HashMap<>();
    return new Taxonomy(
        labels.all().stream()
            .map(label -> kind(Objects.requireNonNull(label.wnid()), names, below, kinds))
            .toList());
  }

  /** The first label without a WordNet id, or with one that is no class of ImageNet-1k. */
  static Optional<Label> unplaced(Labels labels) {
    return labels.all().stream()
        .filter(label -> label.wnid() == null || !WordNet.has(label.wnid()))
        .findFirst();
  }

  private static void collect(String wnid, Set<String> above) {
    if (above.add(wnid)) {
      WordNet.noun(wnid).parents().forEach(parent -> collect(parent, above));
    }
  }

  private static Kind kind(
      String wnid, Map<String, String> names, Map<String, BitSet> below, Map<String, Kind> kinds) {
    Kind known = kinds.get(wnid);
    if (known != null) {
      return known;
    }
    WordNet.Noun noun = WordNet.noun(wnid);
    Kind kind =
        new Kind(
            wnid,
            names.getOrDefault(wnid, noun.name()),
            Objects.requireNonNull(below.get(wnid)),
            noun.parents().stream().map(parent -> kind(parent, names, below, kinds)).toList());
    kinds.put(wnid, kind);
    return kind;
  }

  /** The class itself and all that it is a kind of, from fine to coarse; <i>entity</i> is last. */
  public List<Kind> lineage(int index) {
    Set<Kind> above = new LinkedHashSet<>();
    collect(classes.get(index), above);
    return above.stream().sorted(FINE_FIRST).toList();
  }

  private static void collect(Kind kind, Set<Kind> above) {
    if (above.add(kind)) {
      kind.parents.forEach(parent -> collect(parent, above));
    }
  }

  /**
   * One way up from a class: at each step, of the parents that lead to the end, the finest.
   *
   * @param end of its {@link #lineage}
   * @return the class first, the end last
   */
  public List<Kind> way(int index, Kind end) {
    List<Kind> way = new ArrayList<>();
    Kind at = classes.get(index);
    way.add(at);
    while (at != end) {
      at = at.parents.stream().filter(parent -> parent.is(end)).min(FINE_FIRST).orElseThrow();
      way.add(at);
    }
    return way;
  }
}
