package org.resnetserving.programs;

import java.util.AbstractList;
import java.util.List;
import java.util.RandomAccess;

/** Every other element of a list, taken from it whenever it is asked for. */
final class EveryOther<T> extends AbstractList<T> implements RandomAccess {
  private final List<T> all;
  private final int first;

  /**
   * @param all of which this is a half
   * @param first the index of its first element: 0 or 1
   */
  EveryOther(List<T> all, int first) {
    this.all = all;
    this.first = first;
  }

  @Override
  public T get(int index) {
    return all.get(first + 2 * index);
  }

  @Override
  public int size() {
    return (all.size() + 1 - first) / 2;
  }
}
