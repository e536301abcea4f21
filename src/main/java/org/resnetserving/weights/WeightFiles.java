package org.resnetserving.weights;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.function.Function;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/** Opens weights files, telling what they are by their content. */
public final class WeightFiles {
  private static final int COPY_BYTES = 1 << 16;

  private WeightFiles() {}

  /**
   * The format of a file, whatever its name says.
   *
   * @throws WeightsException if the file cannot be read, or is a zip whose directory is damaged
   */
  public static WeightFormat formatOf(Path file) {
    try (WeightsFile opened = WeightsFile.open(file)) {
      return opened.format();
    }
  }

  /**
   * The format of a file that can be served, as a state dict or as the program that it is.
   *
   * @throws WeightsException for any other, saying what it is and what to take instead
   */
  public static WeightFormat servedFormatOf(Path file) {
    try (WeightsFile opened = WeightsFile.open(file)) {
      return opened.servedFormat();
    }
  }

  /**
   * Opens a state dict. Its tensors are checked against the file's size but not read yet.
   *
   * @throws WeightsException if the file is not a state dict that is read, or is damaged
   */
  public static StateDict open(Path file) {
    WeightsFile opened = WeightsFile.open(file);
    try {
      return opened.stateDict();
    } catch (RuntimeException | Error e) {
      opened.close();
      throw e;
    }
  }

  /**
   * Opens what {@code torch.save} wrote, such as into another file; tensors have the names that it
   * gives them. Closing it closes the source.
   *
   * @throws WeightsException if it is no zip of {@code torch.save} with a state dict, or is damaged
   */
  public static StateDict torchSaved(FileBytes source) {
    return FileStateDict.asNamed(source, PickleZip.read(source, ZipDirectory.read(source), null));
  }

  /**
   * Unpacks a {@link WeightFormat#TORCHSCRIPT_GZIP} or {@link WeightFormat#TORCHSCRIPT_ARCHIVED}
   * into a new file. Nothing is left of the new file if that fails.
   *
   * @param maxBytes most bytes that the new file may have
   * @throws WeightsException if the file is damaged or unpacks to more
   */
  public static void unpack(Path packed, Path target, long maxBytes) throws IOException {
    try (FileBytes bytes = FileBytes.open(packed)) {
      OutputStream out = Files.newOutputStream(target, StandardOpenOption.CREATE_NEW);
      boolean done = false;
      try (out) {
        Optional<ModelArchive> archive = archive(bytes);
        if (archive.isPresent()) {
          archive.get().extract(out, maxBytes);
        } else {
          unpack(bytes.stream(0, bytes.size()), out, bytes.name(), maxBytes);
        }
        done = true;
      } finally {
        if (!done) {
          Files.deleteIfExists(target);
        }
      }
    }
  }

  /**
   * TorchServe's archive in a file, if it is one: its name, its labels, and what is ignored.
   *
   * @param use gets it while the file is open
   */
  public static <T> Optional<T> archive(Path file, Function<ModelArchive, T> use) {
    try (FileBytes bytes = FileBytes.open(file)) {
      return archive(bytes).map(use);
    }
  }

  private static Optional<ModelArchive> archive(FileBytes bytes) {
    return ZipDirectory.matches(bytes.start(Integer.BYTES))
        ? ModelArchive.of(bytes, ZipDirectory.read(bytes))
        : Optional.empty();
  }

  static void unpack(InputStream gzip, OutputStream out, String name, long maxBytes)
      throws IOException {
    try {
      copy(new GZIPInputStream(gzip, COPY_BYTES), out, name + ": unpacks", maxBytes);
    } catch (ZipException | EOFException e) {
      throw new WeightsException(name + ": is damaged gzip: " + e.getMessage(), e);
    }
  }

  private static void copy(InputStream in, OutputStream out, String what, long maxBytes)
      throws IOException {
    byte[] buffer = new byte[COPY_BYTES];
    long total = 0;
    for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
      total += read;
      if (total > maxBytes) {
        throw new WeightsException(what + " to more than the %d bytes allowed".formatted(maxBytes));
      }
      out.write(buffer, 0, read);
    }
  }
}
