package org.resnetserving.weights;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The values that a pickle has made and not used yet, in groups that marks begin, and those that it
 * remembers. What lies under the last mark is out of reach until its group ends.
 */
final class PickleStack {
  /** Most values at once: Python writes dicts in groups of 1000 entries. */
  static final int MAX_VALUES = 1 << 16;

  /** Most marks, which is how deep tuples and groups nest while they are written. */
  static final int MAX_MARKS = 1024;

  /** Most values that are remembered. */
  static final int MAX_MEMO = 1 << 18;

  private final ByteCursor in;
  private final List<Object> stack = new ArrayList<>();
  private final ArrayDeque<Integer> marks = new ArrayDeque<>();
  private final Map<Integer, Object> memo = new HashMap<>();

  /**
   * @param in says where in the pickle a refusal is
   */
  PickleStack(ByteCursor in) {
    this.in = in;
  }

  /** Whether no value and no group is left. */
  boolean isEmpty() {
    return stack.isEmpty() && marks.isEmpty();
  }

  /** Remembers the topmost value under a number. */
  void memoize(int index) {
    if (memo.size() == MAX_MEMO) {
      throw in.malformed("remembers more than %d values".formatted(MAX_MEMO));
    }
    memo.put(index, peek());
  }

  /** Remembers the topmost value under the next number. */
  void memoizeNext() {
    memoize(memo.size());
  }

  /** The value that was remembered under a number. */
  Object recall(int index) {
    Object value = memo.get(index);
    if (value == null) {
      throw in.malformed("recalls value %s, which it has not remembered".formatted(index));
    }
    return value;
  }

  /** Begins a group. */
  void mark() {
    if (marks.size() == MAX_MARKS) {
      throw in.malformed("nests more than %d deep".formatted(MAX_MARKS));
    }
    marks.push(stack.size());
  }

  void push(Object value) {
    if (stack.size() == MAX_VALUES) {
      throw in.malformed("has more than %d values at once".formatted(MAX_VALUES));
    }
    stack.add(value);
  }

  Object pop() {
    Object value = peek();
    stack.remove(stack.size() - 1);
    return value;
  }

  /** Drops the topmost value, or the mark if the group has none. */
  void popOrEndGroup() {
    if (!marks.isEmpty() && stack.size() == floor()) {
      marks.pop();
    } else {
      pop();
    }
  }

  Object peek() {
    if (stack.size() <= floor()) {
      throw in.malformed("takes a value that it has not made");
    }
    return stack.get(stack.size() - 1);
  }

  /** The topmost values, the deepest first. */
  List<Object> pop(int count) {
    if (stack.size() - count < floor()) {
      throw in.malformed("takes values that it has not made");
    }
    return popFrom(stack.size() - count);
  }

  /** Ends the innermost group. */
  List<Object> popToMark() {
    if (marks.isEmpty()) {
      throw in.malformed("ends a group that it has not begun");
    }
    return popFrom(marks.pop());
  }

  private List<Object> popFrom(int index) {
    List<Object> tail = stack.subList(index, stack.size());
    List<Object> values = new ArrayList<>(tail);
    tail.clear();
    return values;
  }

  /** Values under the last mark are out of reach until its group ends. */
  private int floor() {
    return marks.isEmpty() ? 0 : marks.element();
  }
}
