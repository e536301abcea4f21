package org.resnetserving.network;

import java.io.BufferedOutputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.List;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.resnetserving.network.EmittedProgram.Stored;

/**
 * Writes a program as the archive that libtorch loads: a zip of stored entries. One tensor is in
 * memory at a time, and the same program gives the same bytes.
 */
final class ArchiveWriter {
  private static final String ROOT = "network/";
  private static final LocalDateTime EPOCH = LocalDateTime.of(1980, 1, 1, 0, 0);

  private ArchiveWriter() {}

  static void write(EmittedProgram program, Path file) throws IOException {
    // Not a channel's stream, which keeps memory outside of the heap for its largest write.
    try (OutputStream out = new BufferedOutputStream(new FileOutputStream(file.toFile()));
        ZipOutputStream zip = new ZipOutputStream(out)) {
      store(zip, "version", ascii("3\n"));
      store(zip, "byteorder", ascii("little"));
      store(zip, "code/__torch__.py", ByteBuffer.wrap(program.codeBytes()));
      store(zip, "constants.pkl", ByteBuffer.wrap(Pickle.emptyTuple()));
      store(zip, "data.pkl", ByteBuffer.wrap(Pickle.object(program)));
      List<Stored> tensors = program.tensors();
      for (int i = 0; i < tensors.size(); i++) {
        store(zip, "data/" + i, bytes(tensors.get(i)));
      }
    }
  }

  private static ByteBuffer ascii(String text) {
    return ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
  }

  private static void store(ZipOutputStream zip, String name, ByteBuffer content)
      throws IOException {
    CRC32 crc = new CRC32();
    crc.update(content.duplicate());
    ZipEntry entry = new ZipEntry(ROOT + name);
    entry.setMethod(ZipEntry.STORED);
    entry.setSize(content.remaining());
    entry.setCrc(crc.getValue());
    entry.setTimeLocal(EPOCH);
    zip.putNextEntry(entry);
    zip.write(content.array(), content.arrayOffset() + content.position(), content.remaining());
    zip.closeEntry();
  }

  private static ByteBuffer bytes(Stored tensor) {
    float[] values = tensor.weight().read();
    Element element = tensor.element();
    ByteBuffer bytes =
        ByteBuffer.allocate(Math.multiplyExact(values.length, element.bytes()))
            .order(ByteOrder.LITTLE_ENDIAN);
    int[] shape = tensor.weight().shape();
    boolean asItIs = !tensor.channelsLast() || shape.length != 4 || shape[2] * shape[3] == 1;
    if (asItIs && element == Element.FLOAT32) {
      bytes.asFloatBuffer().put(values);
      return bytes;
    } else if (asItIs) {
      for (float value : values) {
        element.put(bytes, value);
      }
      return bytes.flip();
    }
    int plane = shape[2] * shape[3];
    int each = shape[1] * plane;
    for (int outer = 0; outer < values.length; outer += each) {
      for (int place = 0; place < plane; place++) {
        for (int channel = 0; channel < shape[1]; channel++) {
          element.put(bytes, values[outer + channel * plane + place]);
        }
      }
    }
    return bytes.flip();
  }
}
