package org.resnetserving.weights;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which tensors of a file are the network's, and what torchvision calls them. The network is where
 * its first convolution and first block are; what is before their names is its prefix. What lies
 * beside it is left out, but for a single linear layer on its features, which is its head.
 */
final class NetworkNames {
  private static final Set<String> COUNTERS = Set.of("total_ops", "total_params", "n_averaged");
  private static final String BATCHES = "num_batches_tracked";

  private final FileBytes source;
  private final Map<String, long[]> shapes = new LinkedHashMap<>();
  private final Map<String, String> tensors = new LinkedHashMap<>();
  private final Map<String, String> unread = new LinkedHashMap<>();
  private final List<String> leftOut = new ArrayList<>();
  private String prefix = "";
  private @Nullable String head;
  private int counters;

  private NetworkNames(FileBytes source) {
    this.source = source;
  }

  /**
   * Chooses.
   *
   * @throws WeightsException if there are several networks, or what lies beside one may be part of
   *     it; the message says what to do
   */
  static NetworkNames of(FileBytes source, Contents contents) {
    NetworkNames names = new NetworkNames(source);
    names.choose(contents);
    return names;
  }

  /** Names in the file by canonical name, in file order. */
  Map<String, String> tensors() {
    return tensors;
  }

  /** What is there instead of tensors, by canonical name. */
  Map<String, String> unread() {
    return unread;
  }

  /**
   * What was chosen, and what was not.
   *
   * @param entry on the way to the tensors
   */
  Selection selection(String entry) {
    return new Selection(entry, prefix, head, leftOut, counters);
  }

  private void choose(Contents contents) {
    String wanted = contents.prefix() == null ? "" : contents.prefix() + ".";
    contents
        .shapes()
        .forEach(
            (name, shape) -> {
              if (COUNTERS.contains(last(name))) {
                counters++;
              } else if (name.startsWith(wanted)) {
                shapes.put(name, shape);
              }
            });
    if (shapes.isEmpty() && !contents.shapes().isEmpty()) {
      throw source.refuse(
          "has no tensors whose names begin with '%s': %s"
              .formatted(
                  FileBytes.printable(wanted),
                  NearestNames.of(wanted, contents.shapes().keySet())));
    }
    Prefixes prefixes = Prefixes.of(source, shapes.keySet());
    String chosen = prefixes.chosen();
    if (chosen == null) {
      prefix = wanted;
      shapes
          .keySet()
          .forEach(name -> add(CanonicalNames.of(name.substring(wanted.length())), name));
      contents.unread().forEach((name, what) -> unread.put(CanonicalNames.of(name), what));
      return;
    }
    prefix = chosen;
    Heads.Found found = new Heads(source, shapes, prefixes).find(chosen);
    head = found.head();
    String layer = head;
    shapes
        .keySet()
        .forEach(
            name -> {
              if (layer != null && name.startsWith(layer + ".")) {
                add("fc" + name.substring(layer.length()), name);
              } else if (found.outside().contains(name)) {
                leftOut.add(name);
              } else {
                add(CanonicalNames.of(name.substring(chosen.length())), name);
              }
            });
    contents.unread().forEach((name, what) -> unread.put(canonical(name, chosen, layer), what));
  }

  private static String canonical(String name, String prefix, @Nullable String head) {
    if (head != null && name.startsWith(head + ".")) {
      return "fc" + name.substring(head.length());
    }
    return CanonicalNames.of(name.startsWith(prefix) ? name.substring(prefix.length()) : name);
  }

  private void add(String canonical, String name) {
    if (canonical.endsWith(BATCHES)) {
      counters++;
    }
    String other = tensors.putIfAbsent(canonical, name);
    if (other != null) {
      throw source.refuse(
          "%s and %s both mean %s: remove one of them"
              .formatted(
                  FileBytes.printable(other),
                  FileBytes.printable(name),
                  FileBytes.printable(canonical)));
    }
  }

  private static String last(String name) {
    return name.substring(name.lastIndexOf('.') + 1);
  }
}
