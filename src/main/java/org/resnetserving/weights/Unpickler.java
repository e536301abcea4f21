package org.resnetserving.weights;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Runs a pickle of protocol 2 to 5, as far as it can be without running anything: it makes tensors,
 * dicts, lists, tuples, strings and numbers. Whatever else a pickle calls or makes is an opaque
 * {@link PickledObject}, whose class is not looked up. It does not recurse, so nesting costs no
 * stack; its work and memory are bounded by the constants here, in {@link PickleStack}, {@link
 * PickleLiterals} and {@link PickleCalls}.
 *
 * <p>Values are {@link String}, {@link Long}, {@link BigInteger}, {@link Double}, {@link Boolean},
 * {@link #NONE}, {@link Map}, {@link List} (a tuple's cannot be changed; a set is one too), {@link
 * PickledStorage}, {@link PickledTensor}, {@link PickledGlobal}, {@link Dtype} (a storage class or
 * a dtype), {@link PickledName} and {@link PickledObject}.
 */
final class Unpickler {
  /** Python's None. */
  static final Object NONE = new Object();

  /** Most bytes of a pickle: a ResNet-152's has 90 KB. */
  static final int MAX_BYTES = 16 << 20;

  /** Most instructions: a ResNet-152's pickle has 33 000. */
  static final int MAX_INSTRUCTIONS = 1 << 19;

  private static final int OLDEST_PROTOCOL = 2;
  private static final int NEWEST_PROTOCOL = 5;

  private final FileBytes source;
  private final ByteCursor in;
  private final PickleLiterals literals;
  private final PickleStack stack;
  private final PickleCalls calls;

  /**
   * @param storages gets every storage that the pickle names, by its key
   */
  Unpickler(FileBytes source, ByteCursor in, Map<String, PickledStorage> storages) {
    this.source = source;
    this.in = in;
    this.literals = new PickleLiterals(in);
    this.stack = new PickleStack(in);
    this.calls = new PickleCalls(in, storages);
  }

  /** The value of the pickle that begins at the cursor, which is left behind its end. */
  Object load() {
    int start = in.u8();
    int protocol = in.u8();
    if (start != 0x80 || protocol < OLDEST_PROTOCOL || protocol > NEWEST_PROTOCOL) {
      throw source.refuse(
          "has a pickle that is not of protocol %d to %d: save it again without pickle_protocol"
              .formatted(OLDEST_PROTOCOL, NEWEST_PROTOCOL));
    }
    int instructions = 0;
    for (int code = in.u8(); code != '.'; code = in.u8()) {
      if (++instructions > MAX_INSTRUCTIONS) {
        throw in.malformed("has more than %d instructions".formatted(MAX_INSTRUCTIONS));
      }
      run(code);
    }
    Object value = stack.pop();
    if (!stack.isEmpty()) {
      throw in.malformed("ends with values left over");
    }
    return value;
  }

  private void run(int code) {
    switch (code) {
      case '(' -> stack.mark();
      case 'c' -> stack.push(PickledGlobal.find(literals.line(), literals.line()));
      case 0x93 -> stackGlobal();
      case 'R', 0x81 -> reduce();
      case 0x92 -> reduceWithNames();
      case 'i' -> instance(PickledGlobal.find(literals.line(), literals.line()));
      case 'o' -> object();
      case 'Q' -> stack.push(calls.persistent(calls.tuple(stack.pop())));
      case 'b' -> build();
      case 'q' -> stack.memoize(in.u8());
      case 'r' -> stack.memoize(in.i32());
      case 0x94 -> stack.memoizeNext();
      case 'h' -> stack.push(stack.recall(in.u8()));
      case 'j' -> stack.push(stack.recall(in.i32()));
      case 'p' -> stack.memoize(literals.index());
      case 'g' -> stack.push(stack.recall(literals.index()));
      case '0' -> stack.popOrEndGroup();
      case '1' -> stack.popToMark();
      case '2' -> stack.push(stack.peek());
      case ')' -> stack.push(List.of());
      case 0x85 -> stack.push(Collections.unmodifiableList(stack.pop(1)));
      case 0x86 -> stack.push(Collections.unmodifiableList(stack.pop(2)));
      case 0x87 -> stack.push(Collections.unmodifiableList(stack.pop(3)));
      case 't', 0x91 -> stack.push(Collections.unmodifiableList(stack.popToMark()));
      case 'l' -> stack.push(stack.popToMark());
      case ']', 0x8f -> stack.push(new ArrayList<>());
      case 'a' -> append(stack.pop(1));
      case 'e', 0x90 -> append(stack.popToMark());
      case '}' -> stack.push(new LinkedHashMap<>());
      case 'd' -> dict(stack.popToMark());
      case 's' -> setItems(stack.pop(2));
      case 'u' -> setItems(stack.popToMark());
      case 0x95 -> in.i64(); // the length of a frame: frames are of no use to a file
      case 0x98 -> {} // makes the topmost value immutable
      default -> literal(code);
    }
  }

  private void literal(int code) {
    Object value = literals.read(code);
    if (value == null) {
      throw source.refuse(
          "has the pickle instruction 0x%02x at byte %d, which no state dict needs: save"
                  .formatted(code, in.position() - 1)
              + " model.state_dict()");
    }
    stack.push(value);
  }

  private void stackGlobal() {
    List<Object> names = stack.pop(2);
    if (!(names.get(0) instanceof String module) || !(names.get(1) instanceof String name)) {
      throw in.malformed("names a class by what is no string");
    }
    stack.push(PickledGlobal.find(module, name));
  }

  private void reduce() {
    List<?> arguments = calls.tuple(stack.pop());
    stack.push(calls.call(stack.pop(), arguments));
  }

  /** An instance made with arguments by name, which are of no use here. */
  private void reduceWithNames() {
    stack.pop();
    reduce();
  }

  private void instance(Object type) {
    stack.push(calls.call(type, stack.popToMark()));
  }

  private void object() {
    List<Object> group = stack.popToMark();
    if (group.isEmpty()) {
      throw in.malformed("makes an object of no class");
    }
    stack.push(calls.call(group.get(0), group.subList(1, group.size())));
  }

  /** Sets attributes. Those of containers and tensors ({@code _metadata}) are of no use here. */
  private void build() {
    Object state = stack.pop();
    Object target = stack.peek();
    if (target instanceof PickledObject object) {
      object.setState(state);
    } else if (!(target instanceof Map
        || target instanceof List
        || target instanceof PickledTensor)) {
      throw in.malformed("sets attributes of what is no dict");
    }
  }

  private void dict(List<Object> keysAndValues) {
    stack.push(new LinkedHashMap<>());
    setItems(keysAndValues);
  }

  private void append(List<Object> values) {
    if (stack.peek() instanceof PickledObject) {
      return; // a list of a class of its own
    }
    if (!(stack.peek() instanceof ArrayList<?> list)) {
      throw in.malformed("appends to what is no list");
    }
    @SuppressWarnings("unchecked")
    ArrayList<Object> target = (ArrayList<Object>) list;
    target.addAll(values);
  }

  private void setItems(List<Object> keysAndValues) {
    Object top = stack.peek() instanceof PickledObject object ? object.items() : stack.peek();
    if (!(top instanceof Map<?, ?> map)) {
      throw in.malformed("sets items of what is no dict");
    }
    if (keysAndValues.size() % 2 != 0) {
      throw in.malformed("sets a key without a value");
    }
    @SuppressWarnings("unchecked")
    Map<Object, Object> target = (Map<Object, Object>) map;
    for (Iterator<Object> i = keysAndValues.iterator(); i.hasNext(); ) {
      calls.put(target, i.next(), i.next());
    }
  }
}
