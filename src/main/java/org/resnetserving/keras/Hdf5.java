package org.resnetserving.keras;

import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.resnetserving.weights.FileBytes;
import org.resnetserving.weights.WeightsException;

/**
 * An HDF5 file, as far as Keras writes it (the HDF5 File Format Specification, version 3.0):
 * groups, attributes of text, and tensors in one piece. All that is read before a tensor is counted
 * and bounded, so that no file makes it read for ever or hold more than it may.
 */
final class Hdf5 {
  /** What an HDF5 file begins with. */
  private static final long SIGNATURE = 0x0a1a0a0d46444889L;

  /** An address that stands for nothing. */
  static final long UNDEFINED = -1;

  /** Most pieces of structure that are read: a ResNet-152's file makes it read 20 000. */
  static final int MAX_PIECES = 1 << 19;

  /** Most bytes of structure: that file has 3 MB. */
  static final long MAX_BYTES = 64 << 20;

  private final FileBytes file;
  private final Map<Long, Hdf5Object> objects = new HashMap<>();
  private final Hdf5Heap heap = new Hdf5Heap(this);
  private long base;
  private long rootAddress;
  private int pieces;
  private long bytes;

  private Hdf5(FileBytes file) {
    this.file = file;
  }

  /** Whether a file that begins so is HDF5. */
  static boolean matches(ByteBuffer start) {
    return start.limit() >= Long.BYTES && start.getLong(0) == SIGNATURE;
  }

  /** Reads where the root group is. */
  static Hdf5 open(FileBytes file) {
    Hdf5 hdf5 = new Hdf5(file);
    hdf5.superblock();
    return hdf5;
  }

  private void superblock() {
    ByteBuffer start = file.start(96);
    if (!matches(start) || start.limit() < 48) {
      throw file.refuse("is no HDF5 file, or truncated");
    }
    int version = start.get(8);
    int end;
    if (version == 0 || version == 1) {
      requireWideAddresses(start.get(13), start.get(14));
      int addresses = version == 0 ? 24 : 28;
      end = addresses + 16;
      require(start.limit() >= addresses + 48, "is truncated");
      base = start.getLong(addresses);
      rootAddress = start.getLong(addresses + 40);
    } else if (version == 2 || version == 3) {
      requireWideAddresses(start.get(9), start.get(10));
      base = start.getLong(12);
      end = 28;
      rootAddress = start.getLong(36);
    } else {
      throw file.refuse("has an HDF5 superblock of version %d; 0 to 3 are read".formatted(version));
    }
    require(base == 0, "has an HDF5 base address other than 0");
    long size = start.getLong(end);
    require(
        size >= 0 && size <= file.size(),
        "is truncated: %d of %d bytes of HDF5".formatted(file.size(), size));
  }

  private void requireWideAddresses(byte offsets, byte lengths) {
    require(offsets == 8 && lengths == 8, "has HDF5 addresses of other than 8 bytes");
  }

  /** Refuses the file where what must hold does not. */
  void require(boolean holds, String problem) {
    if (!holds) {
      throw file.refuse(problem);
    }
  }

  WeightsException refuse(String problem) {
    return file.refuse(problem);
  }

  FileBytes file() {
    return file;
  }

  /** Where text of varying length lies. */
  Hdf5Heap heap() {
    return heap;
  }

  /** The group that all others are in. */
  Hdf5Object root() {
    return object(rootAddress);
  }

  /** The group or dataset whose header is at an address. */
  Hdf5Object object(long address) {
    Hdf5Object found = objects.get(address);
    if (found == null) {
      found = Hdf5Object.read(this, address);
      objects.put(address, found);
    }
    return found;
  }

  /** The object at a path of names with slashes between, or null. */
  @Nullable Hdf5Object find(Hdf5Object from, String path) {
    Hdf5Object at = from;
    for (String name : path.split("/", -1)) {
      Long address = at.links().get(name);
      if (address == null) {
        return null;
      }
      at = object(address);
    }
    return at;
  }

  /** A piece of structure. */
  ByteBuffer read(long address, long length) {
    count(length);
    if (length > Integer.MAX_VALUE) {
      throw file.refuse("has a piece of HDF5 structure of %d bytes".formatted(length));
    }
    return file.read(address, (int) length);
  }

  /** Counts a piece of structure against the bounds. */
  void count(long length) {
    pieces++;
    bytes += Math.max(length, 0);
    if (pieces > MAX_PIECES || bytes > MAX_BYTES || length < 0) {
      throw file.refuse(
          "has an HDF5 structure of more than %d pieces or %d bytes"
              .formatted(MAX_PIECES, MAX_BYTES));
    }
  }

  /** Whether the buffer has these four letters next; they are left behind. */
  static boolean begins(ByteBuffer buffer, String letters) {
    boolean same = buffer.remaining() >= 4;
    for (int i = 0; same && i < 4; i++) {
      same = buffer.get(buffer.position() + i) == letters.charAt(i);
    }
    if (same) {
      buffer.position(buffer.position() + 4);
    }
    return same;
  }
}
