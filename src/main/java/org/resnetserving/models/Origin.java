package org.resnetserving.models;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.resnetserving.network.ImportedNetwork;
import org.resnetserving.weights.FileBytes;
import org.resnetserving.weights.Selection;

/**
 * Where a network comes from, for people: what its file is, what was found and taken, what was
 * passed over, and who told what.
 *
 * @param format of the file
 * @param structure what was found, such as "resnet50: 53 convolutions, 16 additions, 1000 classes";
 *     null of a program, which is not looked into
 * @param entry which state dict of a checkpoint; null where the file is one
 * @param prefix that was taken off all names; null where there was none
 * @param head the last layer's name in the file; null where the file describes its network
 * @param leftOut how many tensors beside the network were left out
 * @param leftOutNames the first of them, at most {@value #MOST_NAMES}
 * @param counters how many tensors only count, and were passed over
 * @param neverRun other files of TorchServe's archive, such as Python, the first at most {@value
 *     #MOST_NAMES}
 * @param toldBy who told the architecture, the activation and the labels: a file's name, or how
 *     else it is known
 */
public record Origin(
    String format,
    @Nullable String structure,
    @Nullable String entry,
    @Nullable String prefix,
    @Nullable String head,
    int leftOut,
    List<String> leftOutNames,
    int counters,
    List<String> neverRun,
    Map<String, String> toldBy) {
  private static final int MOST_NAMES = 10;

  /**
   * Of a file.
   *
   * @param network in it; null of a program
   * @param neverRun what else is in TorchServe's archive
   */
  static Origin of(
      ModelDescriptor model,
      String format,
      @Nullable ImportedNetwork network,
      List<String> neverRun) {
    Selection selection = network == null ? null : network.selection();
    List<String> leftOut = selection == null ? List.of() : selection.leftOut();
    return new Origin(
        format,
        network == null ? null : network.structure(),
        selection == null ? null : printable(selection.entry()),
        selection == null ? null : printable(selection.prefix()),
        selection == null ? null : printable(selection.head()),
        leftOut.size(),
        leftOut.stream().limit(MOST_NAMES).map(FileBytes::printable).toList(),
        selection == null ? 0 : selection.counters(),
        neverRun.stream().limit(MOST_NAMES).toList(),
        toldBy(model, network));
  }

  private static @Nullable String printable(@Nullable String name) {
    return name == null || name.isEmpty() ? null : FileBytes.printable(name);
  }

  private static Map<String, String> toldBy(
      ModelDescriptor model, @Nullable ImportedNetwork network) {
    String descriptor = descriptor(model);
    Map<String, String> told = new LinkedHashMap<>();
    String file =
        network != null && network.selection() != null ? "the tensors" : "the weights' file";
    told.put("architecture", model.architecture() == null ? file : descriptor);
    if (network == null || network.graph().classes() > 0) {
      boolean inFile = network != null && network.activation() != null;
      told.put(
          "activation",
          model.activation() != null
              ? descriptor
              : inFile ? "the weights' file" : "nobody: softmax is taken");
    }
    Path labels = model.labels();
    if (labels != null) {
      told.put("labels", String.valueOf(labels.getFileName()));
    }
    return told;
  }

  private static String descriptor(ModelDescriptor model) {
    String name = String.valueOf(model.file().getFileName());
    if (!Files.exists(model.file())) {
      return "the weights' file: there is no descriptor";
    }
    Object repository = model.weights().repository();
    return repository == null ? name : name + " or " + repository;
  }

  /** All of it in a line. */
  public String sentence() {
    List<String> parts = new ArrayList<>();
    parts.add(structure == null ? format : format + ", " + structure);
    if (entry != null) {
      parts.add("from its entry " + entry);
    }
    if (prefix != null) {
      parts.add("'%s' is taken off its names".formatted(prefix));
    }
    if (head != null && !"fc".equals(head)) {
      parts.add("its head is " + head);
    }
    if (leftOut > 0) {
      parts.add(
          "%d tensors beside it are left out, such as %s".formatted(leftOut, leftOutNames.get(0)));
    }
    if (counters > 0) {
      parts.add("%d counters are passed over".formatted(counters));
    }
    if (!neverRun.isEmpty()) {
      parts.add("ignored, and never run: " + String.join(", ", neverRun));
    }
    return String.join("; ", parts);
  }
}
