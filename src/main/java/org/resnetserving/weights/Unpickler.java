package org.resnetserving.weights;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Runs the part of pickle's protocol 2 that state dicts need. It can make tensors, dicts, lists,
 * tuples, strings and numbers, and nothing else: any other instruction, function or class is
 * refused by name. It does not recurse, so nesting costs no stack; its work and memory are bounded
 * by the constants here and by the length of the pickle.
 *
 * <p>Values are {@link String}, {@link Long}, {@link BigInteger}, {@link Double}, {@link Boolean},
 * {@link #NONE}, {@link Map}, {@link List} (a tuple's cannot be changed), {@link PickledStorage},
 * {@link PickledTensor}, {@link PickledGlobal} and {@link Dtype} (a storage class).
 */
final class Unpickler {
  /** Python's None. */
  static final Object NONE = new Object();

  /** Most bytes of a pickle: a ResNet-152's has 90 KB. */
  static final int MAX_BYTES = 16 << 20;

  /** Most instructions: a ResNet-152's pickle has 33 000. */
  static final int MAX_INSTRUCTIONS = 1 << 19;

  /** Most values on the stack: Python writes dicts in groups of 1000 entries. */
  static final int MAX_STACK = 1 << 16;

  /** Most marks, which is how deep tuples and groups nest while they are written. */
  static final int MAX_MARKS = 64;

  /** Most values that are remembered. */
  static final int MAX_MEMO = 1 << 18;

  /** Most bytes of a string. */
  static final int MAX_STRING_BYTES = 1 << 16;

  private static final int MAX_GLOBAL_LENGTH = 256;

  private final Source source;
  private final ByteCursor in;
  private final Map<String, PickledStorage> storages;
  private final List<Object> stack = new ArrayList<>();
  private final ArrayDeque<Integer> marks = new ArrayDeque<>();
  private final Map<Integer, Object> memo = new HashMap<>();
  private int instructions;

  /**
   * @param storages gets every storage that the pickle names, by its key
   */
  Unpickler(Source source, ByteCursor in, Map<String, PickledStorage> storages) {
    this.source = source;
    this.in = in;
    this.storages = storages;
  }

  /** The value of the pickle that begins at the cursor, which is left behind its end. */
  Object load() {
    if (in.u8() != 0x80 || in.u8() != 2) {
      throw source.refuse(
          "has a pickle that is not of protocol 2, which torch.save writes: save it again without"
              + " pickle_protocol");
    }
    for (int code = in.u8(); code != '.'; code = in.u8()) {
      spend(1);
      run(code);
      if (stack.size() > MAX_STACK) {
        throw source.refuse("has a pickle with more than %d values at once".formatted(MAX_STACK));
      }
    }
    Object value = pop();
    if (!stack.isEmpty() || !marks.isEmpty()) {
      throw malformed("ends with values left over");
    }
    return value;
  }

  private void run(int code) {
    switch (code) {
      case '(' -> mark();
      case 'c' -> push(global());
      case 'R' -> reduce();
      case 'Q' -> push(storage(tuple(pop())));
      case 'b' -> build();
      case 'q' -> memoize(in.u8());
      case 'r' -> memoize(in.i32());
      case 'h' -> push(recall(in.u8()));
      case 'j' -> push(recall(in.i32()));
      case 'K' -> push((long) in.u8());
      case 'M' -> push((long) in.u16());
      case 'J' -> push((long) in.i32());
      case 'G' -> push(in.bigEndianDouble());
      case 0x8a -> push(integer(in.bytes(in.u8())));
      case 'X' -> push(string(in.i32()));
      case 'U' -> push(new String(in.bytes(in.u8()), StandardCharsets.ISO_8859_1));
      case 'N' -> push(NONE);
      case 0x88 -> push(true);
      case 0x89 -> push(false);
      case ')' -> push(List.of());
      case 0x85 -> push(Collections.unmodifiableList(pop(1)));
      case 0x86 -> push(Collections.unmodifiableList(pop(2)));
      case 0x87 -> push(Collections.unmodifiableList(pop(3)));
      case 't' -> push(Collections.unmodifiableList(popToMark()));
      case ']' -> push(new ArrayList<>());
      case 'a' -> append(pop(1));
      case 'e' -> append(popToMark());
      case '}' -> push(new LinkedHashMap<>());
      case 's' -> setItems(pop(2));
      case 'u' -> setItems(popToMark());
      default ->
          throw source.refuse(
              "has the pickle instruction 0x%02x at byte %d, which no state dict needs: save"
                      .formatted(code, in.position() - 1)
                  + " model.state_dict()");
    }
  }

  private Object global() {
    String module = line();
    String name = line();
    Object found = PickledGlobal.find(module, name);
    if (found == null) {
      throw source.refuse(
          "wants to run %s.%s; only tensors are read: load it where it was written and save"
                  .formatted(Source.printable(module), Source.printable(name))
              + " model.state_dict()");
    }
    return found;
  }

  private String line() {
    StringBuilder line = new StringBuilder();
    for (int c = in.u8(); c != '\n'; c = in.u8()) {
      if (line.length() == MAX_GLOBAL_LENGTH) {
        throw malformed("names a class with more than %d characters".formatted(MAX_GLOBAL_LENGTH));
      }
      line.append((char) c);
    }
    return line.toString();
  }

  private static Object integer(byte[] littleEndian) {
    byte[] bigEndian = new byte[littleEndian.length];
    for (int i = 0; i < bigEndian.length; i++) {
      bigEndian[i] = littleEndian[bigEndian.length - 1 - i];
    }
    BigInteger integer = bigEndian.length == 0 ? BigInteger.ZERO : new BigInteger(bigEndian);
    return integer.bitLength() < Long.SIZE ? (Object) integer.longValue() : integer;
  }

  private String string(int length) {
    if (length < 0 || length > MAX_STRING_BYTES) {
      throw malformed(
          "has a string of %s bytes; at most %d are read"
              .formatted(Integer.toUnsignedString(length), MAX_STRING_BYTES));
    }
    try {
      ByteBuffer bytes = ByteBuffer.wrap(in.bytes(length));
      return StandardCharsets.UTF_8.newDecoder().decode(bytes).toString();
    } catch (CharacterCodingException e) {
      throw malformed("has a string that is not UTF-8");
    }
  }

  private void reduce() {
    List<?> arguments = tuple(pop());
    Object function = pop();
    if (!(function instanceof PickledGlobal global)) {
      throw malformed("calls what is no function");
    }
    push(
        switch (global) {
          case ORDERED_DICT -> orderedDict(arguments);
          case SIZE -> tuple(argument(arguments, 0));
          case REBUILD_TENSOR, REBUILD_TENSOR_V2 -> tensor(arguments);
          case REBUILD_PARAMETER -> tensorOf(argument(arguments, 0));
        });
  }

  /** An empty dict; Python 2 gives the items as a list of pairs. */
  private Map<Object, Object> orderedDict(List<?> arguments) {
    Map<Object, Object> dict = new LinkedHashMap<>();
    if (!arguments.isEmpty()) {
      List<?> pairs = tuple(argument(arguments, 0));
      spend(pairs.size());
      for (Object pair : pairs) {
        put(dict, argument(tuple(pair), 0), argument(tuple(pair), 1));
      }
    }
    return dict;
  }

  private PickledTensor tensor(List<?> arguments) {
    if (!(argument(arguments, 0) instanceof PickledStorage storage)) {
      throw malformed("makes a tensor without a storage");
    }
    if (arguments.size() > 6
        && !(arguments.get(6) instanceof Map<?, ?> metadata && metadata.isEmpty())
        && arguments.get(6) != NONE) {
      throw malformed("has a tensor that is conjugated or negated on reading");
    }
    return new PickledTensor(
        storage,
        number(argument(arguments, 1)),
        numbers(tuple(argument(arguments, 2))),
        numbers(tuple(argument(arguments, 3))));
  }

  private PickledTensor tensorOf(Object value) {
    if (!(value instanceof PickledTensor tensor)) {
      throw malformed("makes a parameter without a tensor");
    }
    return tensor;
  }

  /** ('storage', class, key, device, elements[, None or (view key, first element, elements)]). */
  private PickledStorage storage(List<?> id) {
    if (id.size() < 5
        || id.size() > 6
        || !id.get(0).equals("storage")
        || !(id.get(1) instanceof Dtype dtype)
        || !(id.get(2) instanceof String key)) {
      throw source.refuse(
          "refers to something that is no tensor's storage, such as a whole model: save"
              + " model.state_dict()");
    }
    long elements = number(id.get(4));
    long begin = 0;
    long end = elements;
    if (id.size() == 6 && id.get(5) != NONE) {
      List<?> view = tuple(id.get(5));
      begin = number(argument(view, 1));
      long length = number(argument(view, 2));
      if (begin < 0 || length < 0 || begin > elements || length > elements - begin) {
        throw malformed("has a view of a storage that reaches out of it");
      }
      end = begin + length;
    }
    if (elements < 0) {
      throw malformed("has a storage of %d elements".formatted(elements));
    }
    PickledStorage storage = new PickledStorage(key, dtype, elements, begin, end);
    PickledStorage other = storages.putIfAbsent(key, storage);
    if (other != null && !other.isSameStorage(storage)) {
      throw malformed("describes storage %s in two ways".formatted(Source.printable(key)));
    }
    return storage;
  }

  /** Attributes of an ordered dict ({@code _metadata}) are of no use here. */
  private void build() {
    pop();
    if (!(peek() instanceof Map)) {
      throw malformed("sets attributes of what is no dict");
    }
  }

  private void append(List<Object> values) {
    if (!(peek() instanceof ArrayList<?> list)) {
      throw malformed("appends to what is no list");
    }
    @SuppressWarnings("unchecked")
    ArrayList<Object> target = (ArrayList<Object>) list;
    target.addAll(values);
  }

  private void setItems(List<Object> keysAndValues) {
    if (!(peek() instanceof Map<?, ?> map)) {
      throw malformed("sets items of what is no dict");
    }
    if (keysAndValues.size() % 2 != 0) {
      throw malformed("sets a key without a value");
    }
    @SuppressWarnings("unchecked")
    Map<Object, Object> target = (Map<Object, Object>) map;
    for (Iterator<Object> i = keysAndValues.iterator(); i.hasNext(); ) {
      put(target, i.next(), i.next());
    }
  }

  /** Keys are strings and numbers: their hash is cheap and cannot run in circles. */
  private void put(Map<Object, Object> dict, Object key, Object value) {
    if (!(key instanceof String) && !(key instanceof Long)) {
      throw malformed("has a dict key that is neither a string nor a number");
    }
    if (dict.put(key, value) != null) {
      throw malformed("has the key %s twice".formatted(Source.printable(String.valueOf(key))));
    }
  }

  private List<Long> numbers(List<?> values) {
    if (values.size() > Tensor.MAX_DIMENSIONS) {
      throw malformed(
          "has a tensor of %d dimensions; at most %d are read"
              .formatted(values.size(), Tensor.MAX_DIMENSIONS));
    }
    return values.stream().map(this::number).toList();
  }

  private Long number(Object value) {
    if (!(value instanceof Long number)) {
      throw malformed("has something else where a 64-bit number belongs");
    }
    return number;
  }

  private List<?> tuple(Object value) {
    if (!(value instanceof List<?> list)) {
      throw malformed("has something else where a tuple belongs");
    }
    return list;
  }

  private Object argument(List<?> arguments, int index) {
    if (index >= arguments.size()) {
      throw malformed("has a tuple of %d values, too few".formatted(arguments.size()));
    }
    return arguments.get(index);
  }

  private void memoize(int index) {
    if (memo.size() == MAX_MEMO) {
      throw malformed("remembers more than %d values".formatted(MAX_MEMO));
    }
    memo.put(index, peek());
  }

  private Object recall(int index) {
    Object value = memo.get(index);
    if (value == null) {
      throw malformed("recalls value %s, which it has not remembered".formatted(index));
    }
    return value;
  }

  private void mark() {
    if (marks.size() == MAX_MARKS) {
      throw malformed("nests more than %d deep".formatted(MAX_MARKS));
    }
    marks.push(stack.size());
  }

  private void push(Object value) {
    stack.add(value);
  }

  private Object pop() {
    Object value = peek();
    stack.remove(stack.size() - 1);
    return value;
  }

  private Object peek() {
    if (stack.size() <= floor()) {
      throw malformed("takes a value that it has not made");
    }
    return stack.get(stack.size() - 1);
  }

  private List<Object> pop(int count) {
    if (stack.size() - count < floor()) {
      throw malformed("takes values that it has not made");
    }
    return popFrom(stack.size() - count);
  }

  private List<Object> popToMark() {
    if (marks.isEmpty()) {
      throw malformed("ends a group that it has not begun");
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

  private void spend(int count) {
    instructions += count;
    if (instructions > MAX_INSTRUCTIONS) {
      throw source.refuse("has a pickle of more than %d instructions".formatted(MAX_INSTRUCTIONS));
    }
  }

  private WeightsException malformed(String problem) {
    return source.refuse("has a pickle that %s (before byte %d)".formatted(problem, in.position()));
  }
}
