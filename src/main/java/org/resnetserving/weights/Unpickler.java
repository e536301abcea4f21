package org.resnetserving.weights;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Runs the part of pickle's protocol 2 that state dicts need. It can make tensors, dicts, lists,
 * tuples, strings and numbers, and nothing else: any other instruction, function or class is
 * refused by name. It does not recurse, so nesting costs no stack; its work and memory are bounded
 * by the constants here, in {@link PickleStack} and in {@link PickleCalls}.
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

  /** Most bytes of a string. */
  static final int MAX_STRING_BYTES = 1 << 16;

  private static final int MAX_GLOBAL_LENGTH = 256;

  private final FileBytes source;
  private final ByteCursor in;
  private final PickleStack stack;
  private final PickleCalls calls;

  /**
   * @param storages gets every storage that the pickle names, by its key
   */
  Unpickler(FileBytes source, ByteCursor in, Map<String, PickledStorage> storages) {
    this.source = source;
    this.in = in;
    this.stack = new PickleStack(in);
    this.calls = new PickleCalls(in, storages);
  }

  /** The value of the pickle that begins at the cursor, which is left behind its end. */
  Object load() {
    if (in.u8() != 0x80 || in.u8() != 2) {
      throw source.refuse(
          "has a pickle that is not of protocol 2, which torch.save writes: save it again without"
              + " pickle_protocol");
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
      case 'c' -> stack.push(global());
      case 'R' -> reduce();
      case 'Q' -> stack.push(calls.storage(calls.tuple(stack.pop())));
      case 'b' -> build();
      case 'q' -> stack.memoize(in.u8());
      case 'r' -> stack.memoize(in.i32());
      case 'h' -> stack.push(stack.recall(in.u8()));
      case 'j' -> stack.push(stack.recall(in.i32()));
      case 'K' -> stack.push((long) in.u8());
      case 'M' -> stack.push((long) in.u16());
      case 'J' -> stack.push((long) in.i32());
      case 'G' -> stack.push(in.bigEndianDouble());
      case 0x8a -> stack.push(integer(in.bytes(in.u8())));
      case 'X' -> stack.push(string(in.i32()));
      case 'U' -> stack.push(new String(in.bytes(in.u8()), StandardCharsets.ISO_8859_1));
      case 'N' -> stack.push(NONE);
      case 0x88 -> stack.push(true);
      case 0x89 -> stack.push(false);
      case ')' -> stack.push(List.of());
      case 0x85 -> stack.push(Collections.unmodifiableList(stack.pop(1)));
      case 0x86 -> stack.push(Collections.unmodifiableList(stack.pop(2)));
      case 0x87 -> stack.push(Collections.unmodifiableList(stack.pop(3)));
      case 't' -> stack.push(Collections.unmodifiableList(stack.popToMark()));
      case ']' -> stack.push(new ArrayList<>());
      case 'a' -> append(stack.pop(1));
      case 'e' -> append(stack.popToMark());
      case '}' -> stack.push(new LinkedHashMap<>());
      case 's' -> setItems(stack.pop(2));
      case 'u' -> setItems(stack.popToMark());
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
                  .formatted(FileBytes.printable(module), FileBytes.printable(name))
              + " model.state_dict()");
    }
    return found;
  }

  private String line() {
    StringBuilder line = new StringBuilder();
    for (int c = in.u8(); c != '\n'; c = in.u8()) {
      if (line.length() == MAX_GLOBAL_LENGTH) {
        throw in.malformed(
            "names a class with more than %d characters".formatted(MAX_GLOBAL_LENGTH));
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
      throw in.malformed(
          "has a string of %s bytes; at most %d are read"
              .formatted(Integer.toUnsignedString(length), MAX_STRING_BYTES));
    }
    try {
      ByteBuffer bytes = ByteBuffer.wrap(in.bytes(length));
      return StandardCharsets.UTF_8.newDecoder().decode(bytes).toString();
    } catch (CharacterCodingException e) {
      throw in.malformed("has a string that is not UTF-8");
    }
  }

  private void reduce() {
    List<?> arguments = calls.tuple(stack.pop());
    stack.push(calls.call(stack.pop(), arguments));
  }

  /** Attributes of an ordered dict ({@code _metadata}) are of no use here. */
  private void build() {
    stack.pop();
    if (!(stack.peek() instanceof Map)) {
      throw in.malformed("sets attributes of what is no dict");
    }
  }

  private void append(List<Object> values) {
    if (!(stack.peek() instanceof ArrayList<?> list)) {
      throw in.malformed("appends to what is no list");
    }
    @SuppressWarnings("unchecked")
    ArrayList<Object> target = (ArrayList<Object>) list;
    target.addAll(values);
  }

  private void setItems(List<Object> keysAndValues) {
    if (!(stack.peek() instanceof Map<?, ?> map)) {
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
