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

  private final FileBytes source;
  private final Map<String, long[]> shapes = new LinkedHashMap<>();
  private final Map<String, String> tensors = new LinkedHashMap<>();
  private final Map<String, String> unread = new LinkedHashMap<>();
  private final List<String> leftOut = new ArrayList<>();

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

  /** Names in the file of what is no part of the network. */
  List<String> leftOut() {
    return leftOut;
  }

  private void choose(Contents contents) {
    String wanted = contents.prefix() == null ? "" : contents.prefix() + ".";
    contents
        .shapes()
        .forEach(
            (name, shape) -> {
              if (name.startsWith(wanted) && !COUNTERS.contains(last(name))) {
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
    String prefix = prefixes.chosen();
    if (prefix == null) {
      shapes
          .keySet()
          .forEach(name -> add(CanonicalNames.of(name.substring(wanted.length())), name));
      contents.unread().forEach((name, what) -> unread.put(CanonicalNames.of(name), what));
      return;
    }
    Heads.Found found = new Heads(source, shapes, prefixes).find(prefix);
    String head = found.head();
    shapes
        .keySet()
        .forEach(
            name -> {
              if (head != null && name.startsWith(head + ".")) {
                add("fc" + name.substring(head.length()), name);
              } else if (found.outside().contains(name)) {
                leftOut.add(name);
              } else {
                add(CanonicalNames.of(name.substring(prefix.length())), name);
              }
            });
    contents.unread().forEach((name, what) -> unread.put(canonical(name, prefix, head), what));
  }

  private static String canonical(String name, String prefix, @Nullable String head) {
    if (head != null && name.startsWith(head + ".")) {
      return "fc" + name.substring(head.length());
    }
    return CanonicalNames.of(name.startsWith(prefix) ? name.substring(prefix.length()) : name);
  }

  private void add(String canonical, String name) {
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
