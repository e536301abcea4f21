package org.resnetserving.weights;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Finds a network's head: the one linear layer on its features, whatever it is called. It may be
 * inside of a Sequential with layers that have no tensors, such as dropout, and it may lie beside
 * the network, where a wrapper has it.
 */
final class Heads {
  /** Names of heads; where several linear layers might be one, the first of these is. */
  private static final List<String> NAMES =
      List.of("fc", "head", "classifier", "linear", "last_linear", "cls_head", "heads", "output");

  /** First segments of what is beside a network in training and never part of it. */
  private static final Pattern COMPANY =
      Pattern.compile(
          "(loss|losses|loss_fn|loss_func|criterion|queue|queue_ptr|center|metrics?"
              + "|(train|val|valid|test)_?(acc|accuracy|metrics?|f1|auroc|loss).*)");

  private static final Pattern STAGE = Pattern.compile("(?:layer|stages\\.)(\\d{1,2})\\..*");

  /** Torchvision's and timm's names of what comes before a head. */
  private static final Pattern BODY =
      Pattern.compile("(conv1|bn1|norm1|maxpool|layer\\d{1,2}|stem|stages|norm)\\..*");

  private final FileBytes source;
  private final Map<String, long[]> shapes;
  private final Prefixes prefixes;

  Heads(FileBytes source, Map<String, long[]> shapes, Prefixes prefixes) {
    this.source = source;
    this.shapes = shapes;
    this.prefixes = prefixes;
  }

  /**
   * A head.
   *
   * @param head the layer's name in the file, without a dot behind it; null if there is none
   * @param outside names in the file that are no part of the network
   */
  record Found(@Nullable String head, Set<String> outside) {}

  /** The head of the network whose names begin with a prefix. */
  Found find(String prefix) {
    List<String> inside = new ArrayList<>();
    Set<String> outside = new HashSet<>();
    for (String name : shapes.keySet()) {
      boolean network =
          name.startsWith(prefix)
              && !prefixes.isCopy(name)
              && !COMPANY.matcher(first(name, prefix)).matches();
      if (network) {
        inside.add(name);
      } else {
        outside.add(name);
      }
    }
    long features = features(inside, prefix);
    if (prefixes.isContrastive()) {
      inside.stream()
          .filter(name -> !BODY.matcher(CanonicalNames.of(behind(name, prefix))).matches())
          .forEach(outside::add);
      return new Found(null, outside);
    }
    String own = linear(inside, prefix, features);
    List<String> beside =
        outside.stream().filter(name -> !prefixes.isCopy(name) && !isCompany(name)).toList();
    if (own != null) {
      refuseBehind(own, beside);
      return new Found(own, outside);
    }
    String base = prefix;
    String head = null;
    while (head == null && !base.isEmpty()) {
      base = base.substring(0, base.lastIndexOf('.', base.length() - 2) + 1);
      head = linear(beside, base, features);
    }
    if (head != null) {
      requireAlone(head, beside);
    }
    return new Found(head, outside);
  }

  /** Outputs of the last stage: most of any of its convolutions; −1 if there is none. */
  private long features(List<String> names, String prefix) {
    int last = -1;
    long features = -1;
    for (String name : names) {
      Matcher stage = STAGE.matcher(CanonicalNames.of(name.substring(prefix.length())));
      long[] shape = shapes(name);
      if (shape.length == 4 && stage.matches() && Integer.parseInt(stage.group(1)) >= last) {
        int number = Integer.parseInt(stage.group(1));
        features = number > last ? shape[0] : Math.max(features, shape[0]);
        last = number;
      }
    }
    return features;
  }

  /**
   * The linear layer among the parts that names behind a base begin with: a part that has one
   * weight, as wide as the features, at most one bias, and nothing else.
   */
  private @Nullable String linear(List<String> names, String base, long features) {
    Map<String, List<String>> parts = new LinkedHashMap<>();
    for (String name : names) {
      if (name.startsWith(base) && !BODY.matcher(CanonicalNames.of(behind(name, base))).matches()) {
        parts.computeIfAbsent(first(name, base), part -> new ArrayList<>()).add(name);
      }
    }
    Map<String, String> heads = new LinkedHashMap<>();
    parts.forEach(
        (part, tensors) -> {
          String weight =
              tensors.stream().filter(name -> name.endsWith(".weight")).findFirst().orElse("");
          String layer = weight.substring(0, Math.max(weight.lastIndexOf('.'), 0));
          long[] shape = shapes.getOrDefault(weight, new long[0]);
          if (shape.length == 2
              && shape[1] == features
              && Set.of(weight, layer + ".bias").containsAll(tensors)) {
            heads.put(part, layer);
          }
        });
    for (String name : NAMES) {
      if (heads.containsKey(name)) {
        return heads.get(name);
      }
    }
    return heads.size() == 1 ? heads.values().iterator().next() : null;
  }

  private void refuseBehind(String head, List<String> beside) {
    long classes = shapes(head + ".weight")[0];
    for (String name : beside) {
      long[] shape = shapes(name);
      if (shape.length == 2 && shape[1] == classes) {
        throw source.refuse(
            name, "takes what %s gives: no ResNet alone".formatted(FileBytes.printable(head)));
      }
    }
  }

  private void requireAlone(String head, List<String> beside) {
    for (String name : beside) {
      if (!name.startsWith(head + ".")) {
        throw source.refuse(
            name,
            "lies beside the network and its head %s, and may be between them: save the state dict"
                    .formatted(FileBytes.printable(head))
                + " without it, or a network without it");
      }
    }
  }

  private long[] shapes(String name) {
    return shapes.getOrDefault(name, new long[0]);
  }

  private static boolean isCompany(String name) {
    for (String segment : name.split("\\.", -1)) {
      if (COMPANY.matcher(segment).matches()) {
        return true;
      }
    }
    return false;
  }

  private static String behind(String name, String base) {
    return name.substring(base.length());
  }

  /** The first segment behind a prefix. */
  private static String first(String name, String prefix) {
    String rest = name.startsWith(prefix) ? behind(name, prefix) : name;
    int dot = rest.indexOf('.');
    return dot < 0 ? rest : rest.substring(0, dot);
  }
}
