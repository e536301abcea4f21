package org.resnetserving.weights;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Writes small F32 state dicts in the formats that are read. */
public final class WeightFileWriter {
  private final Map<String, int[]> shapes = new LinkedHashMap<>();
  private final Map<String, float[]> values = new LinkedHashMap<>();

  /** Adds a tensor in C order. */
  public WeightFileWriter tensor(String name, int[] shape, float... elements) {
    shapes.put(name, shape);
    values.put(name, elements);
    return this;
  }

  /** A {@code .safetensors} file. */
  public byte[] safetensors() {
    StringBuilder json = new StringBuilder("{\"__metadata__\":{\"format\":\"pt\"}");
    ByteArrayOutputStream data = new ByteArrayOutputStream();
    values.forEach(
        (name, elements) -> {
          int begin = data.size();
          data.writeBytes(littleEndian(elements));
          json.append(
              ",\"%s\":{\"dtype\":\"F32\",\"shape\":%s,\"data_offsets\":[%d,%d]}"
                  .formatted(name, Arrays.toString(shapes.get(name)), begin, data.size()));
        });
    return safetensors(json + "}", data.toByteArray());
  }

  /** A {@code .pth} file as PyTorch 1.6 and later write it. */
  public byte[] zip() {
    Map<String, byte[]> entries = new LinkedHashMap<>();
    entries.put("data.pkl", pickle());
    entries.put("byteorder", "little".getBytes(StandardCharsets.US_ASCII));
    int key = 0;
    for (float[] elements : values.values()) {
      entries.put("data/" + key++, littleEndian(elements));
    }
    entries.put("version", "3\n".getBytes(StandardCharsets.US_ASCII));
    return zip(entries);
  }

  /** A {@code .pth} file as PyTorch before 1.6 wrote it. */
  public byte[] legacy() {
    return legacy(pickle(), values);
  }

  private byte[] pickle() {
    PickleWriter pickle = new PickleWriter().orderedDict().mark();
    int key = 0;
    for (Map.Entry<String, float[]> entry : values.entrySet()) {
      int[] shape = shapes.get(entry.getKey());
      long[] size = new long[shape.length];
      long[] stride = new long[shape.length];
      long next = 1;
      for (int d = shape.length - 1; d >= 0; d--) {
        size[d] = shape[d];
        stride[d] = next;
        next *= shape[d];
      }
      pickle.string(entry.getKey());
      pickle.floats(String.valueOf(key++), entry.getValue().length, 0, size, stride);
    }
    return pickle.setItems().stop();
  }

  static byte[] safetensors(String json, byte[] data) {
    byte[] header = json.getBytes(StandardCharsets.UTF_8);
    return ByteBuffer.allocate(8 + header.length + data.length)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(header.length)
        .put(header)
        .put(data)
        .array();
  }

  /** A zip of stored entries in the folder {@code archive}. */
  static byte[] zip(Map<String, byte[]> entries) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream out = new ZipOutputStream(bytes)) {
      for (Map.Entry<String, byte[]> file : entries.entrySet()) {
        ZipEntry entry = new ZipEntry("archive/" + file.getKey());
        CRC32 checksum = new CRC32();
        checksum.update(file.getValue());
        entry.setMethod(ZipEntry.STORED);
        entry.setSize(file.getValue().length);
        entry.setCrc(checksum.getValue());
        out.putNextEntry(entry);
        out.write(file.getValue());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  /** The pickled value between the others; storages get the keys 0, 1, … in their order. */
  static byte[] legacy(byte[] pickle, Map<String, float[]> storages) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(legacyStart());
    out.writeBytes(pickle);
    PickleWriter keys = new PickleWriter().emptyList().mark();
    for (int key = 0; key < storages.size(); key++) {
      keys.string(String.valueOf(key));
    }
    out.writeBytes(keys.raw('e').stop());
    storages.values().forEach(elements -> out.writeBytes(counted(elements)));
    return out.toByteArray();
  }

  /** The pickles of the magic number, the version and the platform. */
  static byte[] legacyStart() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    int[] magic = {0x8a, 10, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19};
    out.writeBytes(new PickleWriter().raw(magic).stop());
    out.writeBytes(new PickleWriter().number(1001).stop());
    out.writeBytes(
        new PickleWriter().emptyDict().string("little_endian").raw(0x88).setItem().stop());
    return out.toByteArray();
  }

  private static byte[] counted(float[] elements) {
    byte[] data = littleEndian(elements);
    return ByteBuffer.allocate(8 + data.length)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(elements.length)
        .put(data)
        .array();
  }

  static byte[] littleEndian(float... elements) {
    ByteBuffer bytes = ByteBuffer.allocate(4 * elements.length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(elements);
    return bytes.array();
  }
}
