package org.resnetserving.weights;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import org.jspecify.annotations.Nullable;

/**
 * Reads what {@code torch.save} writes since PyTorch 1.6: a zip with one folder, in it {@code
 * data.pkl} and a file {@code data/<key>} per storage, all without compression.
 */
final class PickleZip {
  private final FileBytes source;
  private final ZipDirectory zip;
  private final String folder;

  private PickleZip(FileBytes source, ZipDirectory zip, String folder) {
    this.source = source;
    this.zip = zip;
    this.folder = folder;
  }

  /**
   * What the pickle holds.
   *
   * @param entry where in it the state dict is; null looks for it
   */
  static Contents read(FileBytes source, ZipDirectory zip, @Nullable String entry) {
    return new PickleZip(source, zip, folder(zip)).read(entry);
  }

  /** What a zip is: a state dict, a program, or neither. */
  static WeightFormat formatOf(ZipDirectory zip) {
    String folder = folder(zip);
    if (zip.names().stream().anyMatch(name -> name.startsWith(folder + "code/"))) {
      return WeightFormat.TORCHSCRIPT;
    }
    return zip.find(folder + "data.pkl") == null ? WeightFormat.UNKNOWN : WeightFormat.PICKLE_ZIP;
  }

  /** The folder of the first entry, with its slash: all others are in it. */
  private static String folder(ZipDirectory zip) {
    String first = zip.names().isEmpty() ? "" : zip.names().get(0);
    return first.substring(0, first.indexOf('/') + 1);
  }

  private Contents read(@Nullable String entry) {
    checkByteOrder();
    ZipDirectory.Entry pickle = stored("data.pkl", Unpickler.MAX_BYTES);
    ByteCursor cursor =
        new ByteCursor(source, pickle.position(), pickle.position() + pickle.size());
    Object root = new Unpickler(source, cursor, new HashMap<>()).load();
    return Contents.of(
        new Checkpoint(source, entry).choose(root),
        (name, tensor) -> tensor.at(source, name, position(name, tensor)));
  }

  private void checkByteOrder() {
    if (zip.find(folder + "byteorder") == null) {
      return;
    }
    ZipDirectory.Entry entry = stored("byteorder", 16);
    ByteBuffer bytes = source.read(entry.position(), (int) entry.size());
    String order = StandardCharsets.ISO_8859_1.decode(bytes).toString().strip();
    if (!order.equals("little")) {
      throw source.refuse(
          "has the byte order %s; only little is read: save it again with PyTorch on such a machine"
              .formatted(FileBytes.printable(order)));
    }
  }

  private long position(String name, PickledTensor tensor) {
    PickledStorage storage = tensor.storage();
    ZipDirectory.Entry entry = stored("data/" + storage.key(), Long.MAX_VALUE);
    int width = storage.dtype().bytes();
    if (entry.size() % width != 0 || entry.size() / width != storage.elements()) {
      throw source.refuse(
          name,
          "has a storage of %d bytes where %d elements of %s were expected"
              .formatted(entry.size(), storage.elements(), storage.dtype()));
    }
    return entry.position();
  }

  private ZipDirectory.Entry stored(String name, long limit) {
    ZipDirectory.Entry entry = zip.find(folder + name);
    if (entry == null) {
      throw source.refuse(name, "is missing from the zip");
    }
    if (!entry.isStored()) {
      throw source.refuse(
          name, "is compressed, which torch.save never does: save it again with PyTorch");
    }
    if (entry.size() > limit) {
      throw source.refuse(name, "has %d bytes; at most %d are read".formatted(entry.size(), limit));
    }
    return entry;
  }
}
