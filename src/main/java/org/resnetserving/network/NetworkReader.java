package org.resnetserving.network;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.resnetserving.weights.FileBytes;

/** Reads the files of one framework that describe a network and hold its weights. */
public interface NetworkReader {
  /** As many of a file's first bytes as {@link #matches} is shown, where it has them. */
  int START_BYTES = 4096;

  /** What messages call the format: a noun phrase without an article, such as "Caffe model". */
  String format();

  /**
   * Whether a file is of this format, by its content and cheaply; whatever its name says.
   *
   * @param file may be opened to look further, such as at a zip's directory
   * @param start its first bytes, little-endian, from position 0 to the limit
   */
  boolean matches(Path file, ByteBuffer start);

  /**
   * Reads a network. Nothing in the file is run; its numbers are read when the graph is used.
   *
   * @param file stays open until the network is closed
   * @param input what is done to the pixels first
   * @throws org.resnetserving.weights.WeightsException if the file is damaged, or holds what the
   *     graph has no word for, naming the layer and its type
   */
  default ImportedNetwork read(Path file, Normalization input) {
    FileBytes bytes = FileBytes.open(file);
    try {
      return read(bytes, input);
    } catch (RuntimeException | Error e) {
      bytes.close();
      throw e;
    }
  }

  /** The same of an opened file, which whoever opened it closes if this fails. */
  ImportedNetwork read(FileBytes file, Normalization input);
}
