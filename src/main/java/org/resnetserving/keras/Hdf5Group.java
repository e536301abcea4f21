package org.resnetserving.keras;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** Reads a group's names from its B-tree and local heap. */
final class Hdf5Group {
  private static final int MAX_LEVEL = 16;
  private static final int NODE_BYTES = 24;
  private static final int ENTRY_BYTES = 40;
  private static final int SOFT_LINK = 2;

  private final Hdf5 hdf5;
  private final Map<String, Long> links;

  /**
   * @param links gets the address of every object in the group
   */
  Hdf5Group(Hdf5 hdf5, Map<String, Long> links) {
    this.hdf5 = hdf5;
    this.links = links;
  }

  void read(long tree, long heap) {
    ByteBuffer header = hdf5.read(heap, 32);
    hdf5.require(Hdf5.begins(header, "HEAP"), "has a damaged HDF5 group");
    ByteBuffer names = hdf5.read(header.getLong(24), header.getLong(8));
    node(tree, names, -1);
  }

  /** Levels go down by one from a node to its children, so that no tree has no end. */
  private void node(long address, ByteBuffer names, int level) {
    ByteBuffer header = hdf5.read(address, NODE_BYTES);
    boolean isTree = Hdf5.begins(header, "TREE") && header.get(4) == 0;
    int found = header.get(5) & 0xff;
    hdf5.require(
        isTree && (level < 0 ? found <= MAX_LEVEL : found == level), "has a damaged HDF5 group");
    int entries = header.getShort(6) & 0xffff;
    ByteBuffer children = hdf5.read(address + NODE_BYTES, 8 + 16L * entries);
    for (int i = 0; i < entries; i++) {
      long child = children.getLong(8 + 16 * i);
      if (found > 0) {
        node(child, names, found - 1);
      } else {
        symbols(child, names);
      }
    }
  }

  private void symbols(long address, ByteBuffer names) {
    ByteBuffer header = hdf5.read(address, 8);
    hdf5.require(Hdf5.begins(header, "SNOD"), "has a damaged HDF5 group");
    int entries = header.getShort(6) & 0xffff;
    ByteBuffer table = hdf5.read(address + 8, (long) ENTRY_BYTES * entries);
    for (int i = 0; i < entries; i++) {
      int at = i * ENTRY_BYTES;
      hdf5.count(0);
      if (table.getInt(at + 16) != SOFT_LINK) {
        links.put(name(names, table.getLong(at)), table.getLong(at + 8));
      }
    }
  }

  private String name(ByteBuffer names, long offset) {
    hdf5.require(offset >= 0 && offset < names.limit(), "has a damaged HDF5 group");
    int begin = (int) offset;
    int end = begin;
    while (end < names.limit() && names.get(end) != 0) {
      end++;
    }
    hdf5.count(end - begin);
    byte[] name = new byte[end - begin];
    names.get(begin, name);
    return new String(name, StandardCharsets.UTF_8);
  }
}
