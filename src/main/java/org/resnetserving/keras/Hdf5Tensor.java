package org.resnetserving.keras;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import org.resnetserving.weights.Dtype;
import org.resnetserving.weights.FileBytes;

/**
 * Where a dataset's numbers lie.
 *
 * @param file that it is in
 * @param name what messages call it
 * @param sizes of its dimensions, outermost first; in C order
 * @param position of its first byte in the file
 * @param bytes how many there are
 */
record Hdf5Tensor(
    FileBytes file, String name, Dtype dtype, List<Long> sizes, long position, long bytes) {
  private static final int MAX_RANK = 32;
  private static final int FLOATING_POINT = 1;
  private static final int CONTIGUOUS = 1;

  static Hdf5Tensor of(
      Hdf5 hdf5, String name, ByteBuffer space, ByteBuffer type, ByteBuffer layout) {
    int version = layout.limit() < 2 ? 0 : layout.get(0);
    if ((version != 3 && version != 4) || layout.get(1) != CONTIGUOUS || layout.limit() < 18) {
      throw hdf5.file().refuse(name, "is not stored in one piece: save the model again with Keras");
    }
    long[] sizes = sizes(hdf5, space);
    Dtype dtype = dtype(hdf5, name, type);
    long position = layout.getLong(2);
    long bytes = layout.getLong(10);
    long wanted = dtype.bytes();
    try {
      for (long size : sizes) {
        wanted = Math.multiplyExact(wanted, size);
      }
    } catch (ArithmeticException e) {
      throw hdf5.file().refuse(name, "has sizes beyond 64 bits");
    }
    if (position < 0 || bytes != wanted || bytes > hdf5.file().size() - position) {
      throw hdf5.file()
          .refuse(name, "has %d bytes at %d, its sizes want %d".formatted(bytes, position, wanted));
    }
    return new Hdf5Tensor(
        hdf5.file(), name, dtype, Arrays.stream(sizes).boxed().toList(), position, bytes);
  }

  /** The sizes that a dataspace message tells; none of a scalar. */
  static long[] sizes(Hdf5 hdf5, ByteBuffer space) {
    int version = space.limit() < 4 ? 0 : space.get(0);
    int rank = version == 0 ? 0 : space.get(1) & 0xff;
    int begin = version == 1 ? 8 : 4;
    hdf5.require(
        (version == 1 || version == 2) && rank <= MAX_RANK && space.limit() >= begin + 8 * rank,
        "has an HDF5 dataspace that is not read");
    if (version == 2 && space.get(3) == 2) {
      return new long[] {0}; // the null space
    }
    long[] sizes = new long[rank];
    for (int i = 0; i < rank; i++) {
      sizes[i] = space.getLong(begin + 8 * i);
      hdf5.require(sizes[i] >= 0, "has an HDF5 dataspace of negative size");
    }
    return sizes;
  }

  private static Dtype dtype(Hdf5 hdf5, String name, ByteBuffer type) {
    boolean isFloat = type.limit() >= 20 && (type.get(0) & 0x0f) == FLOATING_POINT;
    boolean isLittleEndian = isFloat && (type.get(1) & 0x41) == 0;
    if (isLittleEndian) {
      int size = type.getInt(4);
      int exponent = type.get(13);
      int mantissa = type.get(15);
      if (size == 4 && exponent == 8 && mantissa == 23) {
        return Dtype.F32;
      } else if (size == 8 && exponent == 11 && mantissa == 52) {
        return Dtype.F64;
      } else if (size == 2 && exponent == 5 && mantissa == 10) {
        return Dtype.F16;
      } else if (size == 2 && exponent == 8 && mantissa == 7) {
        return Dtype.BF16;
      }
    }
    throw hdf5.file().refuse(name, "is not of little-endian floating-point numbers");
  }
}
