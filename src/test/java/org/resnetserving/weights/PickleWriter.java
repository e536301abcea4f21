package org.resnetserving.weights;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** Writes pickles of protocol 2, instruction by instruction: good ones and bad ones. */
final class PickleWriter {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  PickleWriter() {
    raw(0x80, 2);
  }

  byte[] stop() {
    raw('.');
    return out.toByteArray();
  }

  PickleWriter raw(int... bytes) {
    for (int b : bytes) {
      out.write(b);
    }
    return this;
  }

  PickleWriter bytes(byte[] bytes) {
    out.writeBytes(bytes);
    return this;
  }

  PickleWriter emptyDict() {
    return raw('}');
  }

  PickleWriter emptyList() {
    return raw(']');
  }

  PickleWriter mark() {
    return raw('(');
  }

  PickleWriter tuple() {
    return raw('t');
  }

  PickleWriter setItem() {
    return raw('s');
  }

  PickleWriter setItems() {
    return raw('u');
  }

  PickleWriter reduce() {
    return raw('R');
  }

  PickleWriter put(int index) {
    return raw('q', index);
  }

  PickleWriter get(int index) {
    return raw('h', index);
  }

  PickleWriter global(String module, String name) {
    return bytes(("c" + module + "\n" + name + "\n").getBytes(StandardCharsets.UTF_8));
  }

  PickleWriter string(String text) {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    return raw('X').bytes(i32(utf8.length)).bytes(utf8);
  }

  /** Of up to 63 bits, as LONG1 where BININT is too short. */
  PickleWriter number(long number) {
    if (number == (int) number) {
      return raw('J').bytes(i32((int) number));
    }
    return raw(0x8a, 8)
        .bytes(ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(number).array());
  }

  PickleWriter numbers(long... numbers) {
    mark();
    for (long number : numbers) {
      number(number);
    }
    return tuple();
  }

  PickleWriter orderedDict() {
    return global("collections", "OrderedDict").raw(')').reduce();
  }

  /** The persistent id of a storage; the sixth element is what {@code view} writes. */
  PickleWriter storage(String type, String key, long elements, Runnable view) {
    mark().string("storage").global("torch", type).string(key).string("cpu").number(elements);
    view.run();
    return tuple().raw('Q');
  }

  PickleWriter storage(String type, String key, long elements) {
    return storage(type, key, elements, () -> {});
  }

  /** A tensor over the storage that {@code storage} writes. */
  PickleWriter tensor(Runnable storage, long offset, long[] size, long[] stride) {
    global("torch._utils", "_rebuild_tensor_v2").mark();
    storage.run();
    return number(offset).numbers(size).numbers(stride).raw(0x89).orderedDict().tuple().reduce();
  }

  PickleWriter floats(String key, long elements, long offset, long[] size, long[] stride) {
    return tensor(() -> storage("FloatStorage", key, elements), offset, size, stride);
  }

  private static byte[] i32(int number) {
    return ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(number).array();
  }
}
