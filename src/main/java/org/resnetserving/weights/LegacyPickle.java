package org.resnetserving.weights;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads what {@code torch.save} wrote before PyTorch 1.6: pickles of a magic number, a version, the
 * writer's platform, the value, and the keys of its storages; then each storage's element count and
 * bytes. As in PyTorch, what follows the last storage is not looked at.
 */
final class LegacyPickle {
  private static final BigInteger MAGIC = new BigInteger("1950a86a20f9469cfc6c", 16);
  private static final long VERSION = 1001;

  /** The instruction that makes the magic number, and the end of the pickle. */
  private static final byte[] START = {
    (byte) 0x8a,
    10,
    0x6c,
    (byte) 0xfc,
    (byte) 0x9c,
    0x46,
    (byte) 0xf9,
    0x20,
    0x6a,
    (byte) 0xa8,
    0x50,
    0x19,
    '.'
  };

  private static final int PROTOCOL_BYTES = 2;

  /** An instruction and a length that protocols of 4 and later put before the others. */
  private static final int FRAME_BYTES = 9;

  private final FileBytes source;
  private final Map<String, PickledStorage> storages = new HashMap<>();
  private long position;

  private LegacyPickle(FileBytes source) {
    this.source = source;
  }

  /**
   * What the file holds.
   *
   * @param entry where in the value the state dict is; null looks for it
   */
  static Contents read(FileBytes source, @Nullable String entry) {
    return new LegacyPickle(source).read(entry);
  }

  /** Whether a file that begins so is of this format. */
  static boolean matches(ByteBuffer start) {
    int at = PROTOCOL_BYTES;
    if (start.limit() > at && start.get(at) == (byte) 0x95) {
      at += FRAME_BYTES;
    }
    return start.limit() >= at + START.length
        && start.get(0) == (byte) 0x80
        && start.slice(at, START.length).equals(ByteBuffer.wrap(START));
  }

  private Contents read(@Nullable String entry) {
    if (!load().equals(MAGIC)) {
      throw source.refuse("has no magic number of torch.save");
    }
    if (!load().equals(VERSION)) {
      throw source.refuse("is not of version %d of torch.save's format".formatted(VERSION));
    }
    if (!(load() instanceof Map<?, ?> platform)
        || !Boolean.TRUE.equals(platform.get("little_endian"))) {
      throw source.refuse(
          "was not written on a little-endian machine: save it again with PyTorch on one");
    }
    Checkpoint.Chosen chosen = new Checkpoint(source, entry).choose(load());
    if (!(load() instanceof List<?> keys)) {
      throw source.refuse("has no list of storages");
    }
    Map<String, Long> positions = positions(keys);
    return Contents.of(
        chosen,
        (name, tensor) -> {
          Long at = positions.get(tensor.storage().key());
          if (at == null) {
            throw source.refuse(name, "has a storage that is not in the file");
          }
          return tensor.at(source, name, at);
        });
  }

  private Object load() {
    long limit = Math.min(source.size(), position + Unpickler.MAX_BYTES);
    ByteCursor cursor = new ByteCursor(source, position, limit);
    Object value = new Unpickler(source, cursor, storages).load();
    position = cursor.position();
    return value;
  }

  private Map<String, Long> positions(List<?> keys) {
    Map<String, Long> positions = new HashMap<>();
    for (Object key : keys) {
      if (!(key instanceof String name) || positions.containsKey(name)) {
        throw source.refuse("lists a storage twice, or one without a name");
      }
      PickledStorage storage = storages.get(name);
      if (storage == null) {
        throw source.refuse("lists a storage that no tensor uses, " + FileBytes.printable(name));
      }
      long elements = source.read(position, Long.BYTES).getLong();
      position += Long.BYTES;
      int width = storage.dtype().bytes();
      if (elements != storage.elements() || elements > (source.size() - position) / width) {
        throw source.refuse(
            "has a storage of %d elements where %d were expected and %d bytes are left: truncated?"
                .formatted(elements, storage.elements(), source.size() - position));
      }
      positions.put(name, position);
      position += elements * width;
    }
    return positions;
  }
}
