package org.resnetserving.caffe;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.resnetserving.network.ImportedNetwork;
import org.resnetserving.network.NetworkReader;
import org.resnetserving.network.Normalization;
import org.resnetserving.weights.FileBytes;

/** Reads binary {@code NetParameter} files of Caffe, with layers of today and of version 1. */
public final class CaffeReader implements NetworkReader {
  private static final int LENGTH_DELIMITED = 2;

  @Override
  public String format() {
    return "Caffe model";
  }

  /**
   * A name or an input comes first, if there is one, and then a layer; a layer begins with its name
   * or with what it reads.
   */
  @Override
  public boolean matches(Path file, ByteBuffer start) {
    ByteBuffer bytes = start.duplicate();
    bytes.position(0);
    boolean named = false;
    while (bytes.hasRemaining()) {
      int tag = (int) varint(bytes);
      int field = tag >>> 3;
      boolean layer = field == CaffeNet.LAYER || field == CaffeNet.LAYERS_V1;
      if (!layer && (field < CaffeNet.NAME || field > CaffeNet.INPUT_SHAPE)) {
        return false;
      }
      if ((tag & 7) != LENGTH_DELIMITED) {
        if (field == CaffeNet.NAME || layer || (tag & 7) != 0) {
          return false;
        }
        varint(bytes);
        continue;
      }
      long length = varint(bytes);
      if (layer) {
        return length > 2 && bytes.remaining() > 2 && isLayer(bytes, length);
      }
      // A length of 64 bits may be negative, which would lead back.
      if (length < 0 || length > bytes.remaining() || (field == CaffeNet.NAME && named)) {
        return false;
      }
      named |= field == CaffeNet.NAME;
      bytes.position(bytes.position() + (int) length);
    }
    return false;
  }

  private static boolean isLayer(ByteBuffer bytes, long length) {
    int tag = bytes.get() & 0xff;
    int text = bytes.get() & 0xff;
    return (tag & 7) == LENGTH_DELIMITED && tag >>> 3 >= 1 && tag >>> 3 <= 4 && text <= length - 2;
  }

  /** A varint, or -1 where the bytes end in it. */
  private static long varint(ByteBuffer bytes) {
    long value = 0;
    for (int shift = 0; shift < Long.SIZE && bytes.hasRemaining(); shift += 7) {
      byte next = bytes.get();
      value |= (next & 0x7fL) << shift;
      if (next >= 0) {
        return value;
      }
    }
    return -1;
  }

  @Override
  public ImportedNetwork read(FileBytes bytes, Normalization input) {
    return new CaffeGraph(CaffeNet.read(bytes), input).build();
  }
}
