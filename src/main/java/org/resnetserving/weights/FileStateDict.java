package org.resnetserving.weights;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The one state dict: formats differ only in how they find where each tensor lies. */
final class FileStateDict implements StateDict {
  private final FileBytes source;
  private final Map<String, Tensor> tensors;
  private final Map<String, String> unread;
  private final Selection selection;
  private final TensorReader reader;

  /**
   * @param source closed with this
   * @param tensors by canonical name, in file order
   * @param unread what is there instead of tensors, by canonical name
   * @param selection what of the file they are
   */
  private FileStateDict(
      FileBytes source,
      Map<String, Tensor> tensors,
      Map<String, String> unread,
      Selection selection) {
    this.source = source;
    this.tensors = tensors;
    this.unread = unread;
    this.selection = selection;
    this.reader = new TensorReader(source);
  }

  /** All tensors of a file by the names that it gives them. */
  static FileStateDict asNamed(FileBytes source, Contents contents) {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    contents.shapes().keySet().forEach(key -> tensors.put(key, contents.locate().apply(key)));
    return new FileStateDict(source, tensors, contents.unread(), Selection.ALL);
  }

  /** The network in a file. */
  static FileStateDict of(FileBytes source, Contents contents) {
    NetworkNames names = NetworkNames.of(source, contents);
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    names.tensors().forEach((name, key) -> tensors.put(name, contents.locate().apply(key)));
    return new FileStateDict(source, tensors, names.unread(), names.selection(contents.entry()));
  }

  @Override
  public String source() {
    return source.name();
  }

  @Override
  public Set<String> names() {
    return Collections.unmodifiableSet(tensors.keySet());
  }

  @Override
  public int[] shape(String name) {
    return tensor(name).shape();
  }

  @Override
  public boolean isFloatingPoint(String name) {
    return tensor(name).dtype().isFloatingPoint();
  }

  @Override
  public float[] read(String name) {
    return reader.read(tensor(name));
  }

  @Override
  public Selection selection() {
    return selection;
  }

  @Override
  public String insteadOf(String missing) {
    String other = unread.get(missing);
    if (other != null) {
      return "the file has a %s there, which is not read".formatted(FileBytes.printable(other));
    }
    String instead = NearestNames.of(missing, names());
    List<String> leftOut = selection.leftOut();
    return leftOut.isEmpty()
        ? instead
        : "%s; %d names beside the network were left out, such as %s"
            .formatted(instead, leftOut.size(), FileBytes.printable(leftOut.get(0)));
  }

  @Override
  public void close() {
    source.close();
  }

  private Tensor tensor(String name) {
    Tensor tensor = tensors.get(name);
    if (tensor == null) {
      throw source.refuse(name, "is missing: " + insteadOf(name));
    }
    return tensor;
  }
}
