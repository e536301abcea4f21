package org.resnetserving.weights;

import java.util.Collections;
import java.util.Map;
import java.util.Set;

/** The one state dict: formats differ only in how they find where each tensor lies. */
final class FileStateDict implements StateDict {
  private final FileBytes source;
  private final Map<String, Tensor> tensors;
  private final TensorReader reader;

  /**
   * @param source closed with this
   * @param tensors by canonical name, in file order
   */
  FileStateDict(FileBytes source, Map<String, Tensor> tensors) {
    this.source = source;
    this.tensors = tensors;
    this.reader = new TensorReader(source);
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
  public void close() {
    source.close();
  }

  private Tensor tensor(String name) {
    Tensor tensor = tensors.get(name);
    if (tensor == null) {
      throw source.refuse(
          name, "is missing; the file has %d other tensors".formatted(tensors.size()));
    }
    return tensor;
  }
}
