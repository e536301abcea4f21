package org.resnetserving.keras;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** An attribute, of which texts are read. */
final class Hdf5Attribute {
  private static final int STRING = 3;
  private static final int VARIABLE_LENGTH = 9;

  private final Hdf5 hdf5;
  private final String name;
  private final ByteBuffer type;
  private final ByteBuffer space;
  private final ByteBuffer data;

  private Hdf5Attribute(
      Hdf5 hdf5, String name, ByteBuffer type, ByteBuffer space, ByteBuffer data) {
    this.hdf5 = hdf5;
    this.name = name;
    this.type = type;
    this.space = space;
    this.data = data;
  }

  static Hdf5Attribute of(Hdf5 hdf5, ByteBuffer message) {
    int version = message.get(0);
    hdf5.require(
        version >= 1 && version <= 3 && (version == 1 || message.get(1) == 0),
        "has an HDF5 attribute of a kind that is not read");
    int nameBytes = message.getShort(2) & 0xffff;
    int typeBytes = message.getShort(4) & 0xffff;
    int spaceBytes = message.getShort(6) & 0xffff;
    message.position(version == 3 ? 9 : 8);
    ByteBuffer name = part(hdf5, message, nameBytes, version);
    ByteBuffer type = part(hdf5, message, typeBytes, version);
    ByteBuffer space = part(hdf5, message, spaceBytes, version);
    ByteBuffer data = part(hdf5, message, message.remaining(), 2);
    String text = StandardCharsets.UTF_8.decode(name).toString();
    int end = text.indexOf(0);
    return new Hdf5Attribute(hdf5, end < 0 ? text : text.substring(0, end), type, space, data);
  }

  /** The next part; those of version 1 are padded to a multiple of 8 bytes. */
  private static ByteBuffer part(Hdf5 hdf5, ByteBuffer message, int size, int version) {
    int padded = version == 1 ? (size + 7) / 8 * 8 : size;
    hdf5.require(padded <= message.remaining(), "has an HDF5 attribute that is cut off");
    ByteBuffer part = message.slice(message.position(), size).order(message.order());
    message.position(message.position() + padded);
    return part;
  }

  String name() {
    return name;
  }

  /** Its elements as the bytes of a text each; empty if it is of numbers. */
  List<byte[]> texts() {
    long[] sizes = Hdf5Tensor.sizes(hdf5, space);
    long count = Arrays.stream(sizes).reduce(1, Math::multiplyExact);
    hdf5.require(type.limit() >= 8, "has an HDF5 attribute that is cut off");
    int typeClass = type.get(0) & 0x0f;
    int size = type.getInt(4);
    boolean isVariable = typeClass == VARIABLE_LENGTH && (type.get(1) & 0x0f) == 1;
    List<byte[]> texts = new ArrayList<>();
    if (count == 0 || (typeClass != STRING && !isVariable)) {
      return texts;
    }
    hdf5.require(
        size > 0 && count <= data.limit() / size && (!isVariable || size == 16),
        "has an HDF5 attribute that is cut off");
    for (int i = 0; i < count; i++) {
      hdf5.count(0);
      if (isVariable) {
        int at = i * 16;
        long length = data.getInt(at) & 0xffffffffL;
        texts.add(hdf5.heap().read(data.getLong(at + 4), data.getInt(at + 12), length));
      } else {
        byte[] text = new byte[size];
        data.get(i * size, text);
        int end = 0;
        while (end < size && text[end] != 0) {
          end++;
        }
        texts.add(Arrays.copyOf(text, end));
      }
    }
    return texts;
  }
}
