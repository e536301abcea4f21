package org.resnetserving.keras;

import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;

/** The global heaps of an HDF5 file: where values of varying length lie. */
final class Hdf5Heap {
  private static final int HEADER_BYTES = 16;
  private static final int OBJECT_BYTES = 16;

  private final Hdf5 hdf5;
  private final Map<Long, Map<Integer, long[]>> collections = new HashMap<>();

  Hdf5Heap(Hdf5 hdf5) {
    this.hdf5 = hdf5;
  }

  /** The first bytes of a value. */
  byte[] read(long collection, int index, long length) {
    Map<Integer, long[]> values = collections.get(collection);
    if (values == null) {
      values = collection(collection);
      collections.put(collection, values);
    }
    long[] place = values.get(index);
    if (place == null || length < 0 || length > place[1]) {
      throw hdf5.refuse("has a text that its HDF5 heap does not hold");
    }
    return hdf5.read(place[0], length).array();
  }

  /** Position and size of each value by its index. */
  private Map<Integer, long[]> collection(long address) {
    ByteBuffer header = hdf5.read(address, HEADER_BYTES);
    hdf5.require(Hdf5.begins(header, "GCOL"), "has a damaged HDF5 heap");
    long size = header.getLong(8);
    hdf5.require(
        size >= HEADER_BYTES && size <= hdf5.file().size() - address,
        "has an HDF5 heap larger than the file");
    Map<Integer, long[]> values = new HashMap<>();
    long at = address + HEADER_BYTES;
    long end = address + size;
    while (end - at >= OBJECT_BYTES) {
      ByteBuffer object = hdf5.read(at, OBJECT_BYTES);
      int index = object.getShort(0) & 0xffff;
      long length = object.getLong(8);
      at += OBJECT_BYTES;
      if (index == 0) {
        break; // the free space
      }
      hdf5.require(length >= 0 && length <= end - at, "has a damaged HDF5 heap");
      values.put(index, new long[] {at, length});
      at += (length + 7) / 8 * 8;
    }
    return values;
  }
}
