package org.resnetserving.keras;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/** A group or dataset: the messages of its header, and what they say. */
final class Hdf5Object {
  private static final int DATASPACE = 1;
  private static final int LINK_INFO = 2;
  private static final int DATATYPE = 3;
  private static final int LINK = 6;
  private static final int EXTERNAL_FILES = 7;
  private static final int LAYOUT = 8;
  private static final int FILTERS = 11;
  private static final int ATTRIBUTE = 12;
  private static final int CONTINUATION = 16;
  private static final int SYMBOL_TABLE = 17;
  private static final int ATTRIBUTE_INFO = 21;

  private static final int SHARED = 2;

  /**
   * A message.
   *
   * @param data read from its own position 0 on
   */
  private record Message(int type, int flags, ByteBuffer data) {}

  private final Hdf5 hdf5;
  private final List<Message> messages = new ArrayList<>();
  private final Queue<ByteBuffer> pending = new ArrayDeque<>();
  private @Nullable Map<String, Long> links;

  private Hdf5Object(Hdf5 hdf5) {
    this.hdf5 = hdf5;
  }

  static Hdf5Object read(Hdf5 hdf5, long address) {
    Hdf5Object object = new Hdf5Object(hdf5);
    ByteBuffer start = hdf5.read(address, 16);
    if (Hdf5.begins(start, "OHDR")) {
      object.newHeader(address, start);
    } else {
      object.oldHeader(address, start);
    }
    return object;
  }

  private void newHeader(long address, ByteBuffer start) {
    hdf5.require(start.get(4) == 2, "has an HDF5 object header of an unknown version");
    int flags = start.get(5);
    int at = 6 + ((flags & 0x20) != 0 ? 16 : 0) + ((flags & 0x10) != 0 ? 4 : 0);
    int width = 1 << (flags & 3);
    long size = number(hdf5.read(address + at, width), width);
    int prefix = (flags & 4) != 0 ? 6 : 4;
    pending.add(hdf5.read(address + at + width, size));
    while (!pending.isEmpty()) {
      ByteBuffer block = pending.remove();
      while (block.remaining() >= prefix) {
        int type = block.get() & 0xff;
        int length = block.getShort() & 0xffff;
        int messageFlags = block.get();
        block.position(block.position() + prefix - 4);
        message(type, messageFlags, length, block);
      }
    }
  }

  private void oldHeader(long address, ByteBuffer start) {
    hdf5.require(start.get(0) == 1, "has a damaged HDF5 object header");
    pending.add(hdf5.read(address + 16, start.getInt(8) & 0xffffffffL));
    while (!pending.isEmpty()) {
      ByteBuffer block = pending.remove();
      while (block.remaining() >= 8) {
        int type = block.getShort() & 0xffff;
        int length = block.getShort() & 0xffff;
        int flags = block.get();
        block.position(block.position() + 3);
        message(type, flags, length, block);
      }
    }
  }

  private void message(int type, int flags, int size, ByteBuffer block) {
    hdf5.count(0);
    hdf5.require(size <= block.remaining(), "has an HDF5 message larger than its header");
    ByteBuffer data = block.slice(block.position(), size).order(block.order());
    block.position(block.position() + size);
    if (type == CONTINUATION) {
      ByteBuffer more = hdf5.read(data.getLong(0), data.getLong(8));
      if (Hdf5.begins(more, "OCHK")) {
        more.limit(more.limit() - 4); // a checksum
      }
      pending.add(more);
    } else {
      messages.add(new Message(type, flags, data));
    }
  }

  private static long number(ByteBuffer bytes, int width) {
    long number = 0;
    for (int i = 0; i < width; i++) {
      number |= (bytes.get() & 0xffL) << (8 * i);
    }
    return number;
  }

  /** The data of the one message of a type, or null. */
  private @Nullable ByteBuffer find(int type) {
    for (Message message : messages) {
      if (message.type() == type) {
        hdf5.require((message.flags() & SHARED) == 0, "shares HDF5 messages, which is not read");
        return message.data().duplicate().order(message.data().order());
      }
    }
    return null;
  }

  /** Addresses of what is in the group, by name; empty for a dataset. */
  Map<String, Long> links() {
    Map<String, Long> found = links;
    if (found == null) {
      found = new HashMap<>();
      ByteBuffer table = find(SYMBOL_TABLE);
      if (table != null) {
        new Hdf5Group(hdf5, found).read(table.getLong(), table.getLong());
      }
      newLinks(found);
      links = found;
    }
    return found;
  }

  private void newLinks(Map<String, Long> found) {
    ByteBuffer info = find(LINK_INFO);
    if (info != null) {
      int flags = info.get(1);
      long heap = info.getLong(2 + ((flags & 1) != 0 ? 8 : 0));
      hdf5.require(
          heap == Hdf5.UNDEFINED,
          "has HDF5 groups in a form that Keras does not write: save the model again with Keras");
    }
    for (Message message : messages) {
      if (message.type() == LINK) {
        newLink(message.data().duplicate().order(message.data().order()), found);
      }
    }
  }

  private static void newLink(ByteBuffer data, Map<String, Long> found) {
    data.get(); // version
    int flags = data.get();
    int type = (flags & 8) != 0 ? data.get() : 0;
    data.position(data.position() + ((flags & 4) != 0 ? 8 : 0) + ((flags & 0x10) != 0 ? 1 : 0));
    int width = 1 << (flags & 3);
    long length = number(data, width);
    if (type == 0 && length >= 0 && length <= data.remaining() - 8) {
      byte[] name = new byte[(int) length];
      data.get(name);
      found.put(new String(name, StandardCharsets.UTF_8), data.getLong());
    }
  }

  /** An attribute's texts; null if there is no such attribute. */
  @Nullable List<byte[]> texts(String name) {
    for (Message message : messages) {
      if (message.type() == ATTRIBUTE) {
        hdf5.require((message.flags() & SHARED) == 0, "shares HDF5 messages, which is not read");
        Hdf5Attribute attribute =
            Hdf5Attribute.of(hdf5, message.data().duplicate().order(message.data().order()));
        if (attribute.name().equals(name)) {
          return attribute.texts();
        }
      }
    }
    ByteBuffer info = find(ATTRIBUTE_INFO);
    if (info != null) {
      long heap = info.getLong(2 + ((info.get(1) & 1) != 0 ? 2 : 0));
      hdf5.require(
          heap == Hdf5.UNDEFINED,
          "has HDF5 attributes in a form that Keras does not write: save the model again with"
              + " Keras");
    }
    return null;
  }

  /** The tensor of a dataset. */
  Hdf5Tensor tensor(String name) {
    ByteBuffer space = find(DATASPACE);
    ByteBuffer type = find(DATATYPE);
    ByteBuffer layout = find(LAYOUT);
    if (space == null || type == null || layout == null) {
      throw hdf5.file().refuse(name, "is no HDF5 dataset");
    }
    if (find(FILTERS) != null || find(EXTERNAL_FILES) != null) {
      throw hdf5.file()
          .refuse(name, "is compressed or in another file: save the model again with Keras");
    }
    return Hdf5Tensor.of(hdf5, name, space, type, layout);
  }
}
