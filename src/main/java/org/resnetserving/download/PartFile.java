package org.resnetserving.download;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.Properties;

/**
 * The part of a file that has arrived so far, beside where the whole will be, with a note of which
 * version of which file it is a part of. Survives the process.
 */
final class PartFile implements AutoCloseable {
  private final Path target;
  private final Path part;
  private final Path noteFile;
  private final Properties note = new Properties();
  private final FileChannel channel;
  private MessageDigest digest = Sha256.begin();
  private long size;

  private PartFile(Path target, FileChannel channel) {
    this.target = target;
    part = part(target);
    noteFile = target.resolveSibling(target.getFileName() + ".part.properties");
    this.channel = channel;
  }

  /** Opens what there is of a file from an address; nothing, where that cannot be continued. */
  static PartFile open(Path target, String url) throws TransferException {
    try {
      PartFile file =
          new PartFile(
              target,
              FileChannel.open(part(target), StandardOpenOption.CREATE, StandardOpenOption.WRITE));
      try {
        file.load(url);
      } catch (IOException | TransferException e) {
        file.close();
        throw e;
      }
      return file;
    } catch (IOException e) {
      throw TransferException.disk(e);
    }
  }

  /** Bytes that are there. */
  long size() {
    return size;
  }

  /** The strong ETag of what is there; empty without one. */
  String etag() {
    return note.getProperty("etag", "");
  }

  /** The SHA-256 that the server told; empty where it did not. */
  String told() {
    return note.getProperty("told", "");
  }

  /** Whether all of it is there, though a process ended before it could say so. */
  boolean isWhole() {
    return size > 0 && note.getProperty("total", "").equals(Long.toString(size));
  }

  /** Drops what is there, and notes what comes next. */
  void restart(String url, String etag, String told, long total) throws TransferException {
    try {
      clear();
      note.setProperty("url", url);
      note.setProperty("etag", etag);
      note.setProperty("told", told);
      note.setProperty("total", Long.toString(total));
      if (!etag.isEmpty()) {
        try (OutputStream out = Files.newOutputStream(noteFile)) {
          note.store(out, null);
        }
      }
    } catch (IOException e) {
      throw TransferException.disk(e);
    }
  }

  /** Drops what is there. */
  void clear() throws TransferException {
    try {
      note.clear();
      Files.deleteIfExists(noteFile);
      channel.truncate(0);
      channel.position(0);
      digest = Sha256.begin();
      size = 0;
    } catch (IOException e) {
      throw TransferException.disk(e);
    }
  }

  void append(ByteBuffer bytes) throws TransferException {
    try {
      digest.update(bytes.duplicate());
      size += bytes.remaining();
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
    } catch (IOException e) {
      throw TransferException.disk(e);
    }
  }

  /** The SHA-256 of what is there; nothing can be appended after. */
  String sha256() {
    return Sha256.end(digest);
  }

  /**
   * Makes it the file, at once, and notes its SHA-256 beside it.
   *
   * @param sha256 that was expected and found; empty where none was expected, and none is noted
   */
  void finish(String sha256) throws TransferException {
    try {
      channel.force(true);
      channel.close();
      if (sha256.isEmpty()) {
        Files.deleteIfExists(sidecar(target));
      } else {
        Files.writeString(sidecar(target), sha256 + "  " + target.getFileName() + "\n");
      }
      Files.move(part, target, StandardCopyOption.ATOMIC_MOVE);
      Files.deleteIfExists(noteFile);
    } catch (IOException e) {
      throw TransferException.disk(e);
    }
  }

  /** Deletes it. */
  void delete() throws TransferException {
    try {
      channel.close();
      Files.deleteIfExists(part);
      Files.deleteIfExists(noteFile);
    } catch (IOException e) {
      throw TransferException.disk(e);
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }

  /** Where the SHA-256 of a finished file is noted, as sha256sum reads it. */
  static Path sidecar(Path target) {
    return target.resolveSibling(target.getFileName() + ".sha256");
  }

  private static Path part(Path target) {
    return target.resolveSibling(target.getFileName() + ".part");
  }

  private void load(String url) throws IOException, TransferException {
    if (Files.exists(noteFile) && Files.size(noteFile) < 10_000) {
      try (InputStream in = Files.newInputStream(noteFile)) {
        note.load(in);
      } catch (IllegalArgumentException e) {
        note.clear(); // torn
      }
    }
    if (etag().isEmpty() || !url.equals(note.getProperty("url"))) {
      clear();
      return;
    }
    Sha256.update(digest, part);
    size = channel.size();
    channel.position(size);
  }
}
