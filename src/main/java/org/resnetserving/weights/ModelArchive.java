package org.resnetserving.weights;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * TorchServe's {@code .mar}: a zip of a manifest, the model's serialized file, and often the names
 * of its classes. The Python in it (handler, model file, requirements) is never run; {@link
 * #ignored} names it.
 */
public final class ModelArchive {
  /** Most bytes of the serialized file: ten times what a ResNet-152 takes. */
  public static final long MAX_SERIALIZED = 2_500_000_000L;

  /** Most bytes of the manifest: the archiver's have 300. */
  static final int MAX_MANIFEST = 1 << 20;

  /** Most bytes of the classes' names. */
  static final int MAX_LABELS = 16 << 20;

  private static final String MANIFEST = "MAR-INF/MANIFEST.json";
  private static final String LABELS = "index_to_name.json";
  private static final int COPY_BYTES = 1 << 16;

  private final FileBytes source;
  private final ZipDirectory zip;
  private final String name;
  private final ZipDirectory.Entry serialized;

  private ModelArchive(
      FileBytes source, ZipDirectory zip, String name, ZipDirectory.Entry serialized) {
    this.source = source;
    this.zip = zip;
    this.name = name;
    this.serialized = serialized;
  }

  /**
   * The archive in a zip, if it is one.
   *
   * @throws WeightsException if its manifest is damaged, or names no serialized file that is there
   */
  static Optional<ModelArchive> of(FileBytes source, ZipDirectory zip) {
    ZipDirectory.Entry manifest = zip.find(MANIFEST);
    if (manifest == null) {
      return Optional.empty();
    }
    JsonNode json = BoundedJson.parse(source, MANIFEST, zip.read(manifest, MAX_MANIFEST));
    JsonNode model = json.path("model");
    String file = model.path("serializedFile").asString("");
    ZipDirectory.Entry serialized = zip.find(file);
    if (file.isEmpty()) {
      throw source.refuse(
          "is a TorchServe archive without a serialized file, and Python in it is never run:"
              + " archive a state dict or TorchScript by --serialized-file");
    }
    if (serialized == null) {
      throw source.refuse(file, "is named by the manifest and is not in the archive");
    }
    if (serialized.fullSize() > MAX_SERIALIZED) {
      throw source.refuse(
          file,
          "has %d bytes; at most %d are read".formatted(serialized.fullSize(), MAX_SERIALIZED));
    }
    return Optional.of(
        new ModelArchive(source, zip, model.path("modelName").asString(""), serialized));
  }

  /** What the manifest calls the model; may be empty. */
  public String name() {
    return name;
  }

  /** The serialized file's name. */
  public String serializedFile() {
    return serialized.name();
  }

  /** Names of the classes as JSON, {@code {"0": "tench", …}} or with WordNet ids; null if none. */
  public byte @Nullable [] labels() {
    ZipDirectory.Entry labels = zip.find(LABELS);
    return labels == null ? null : zip.read(labels, MAX_LABELS);
  }

  /** What else is in it and is not looked at: Python, requirements, other files. */
  public List<String> ignored() {
    return zip.names().stream()
        .filter(each -> !each.equals(MANIFEST) && !each.equals(LABELS))
        .filter(each -> !each.equals(serialized.name()))
        .map(FileBytes::printable)
        .toList();
  }

  /**
   * Writes the serialized file's bytes.
   *
   * @param limit most of them
   * @throws WeightsException if there are more, or they are damaged
   */
  void extract(OutputStream out, long limit) throws IOException {
    if (serialized.fullSize() > limit) {
      throw source.refuse(
          serialized.name(),
          "has %d bytes, more than the %d allowed".formatted(serialized.fullSize(), limit));
    }
    byte[] buffer = new byte[COPY_BYTES];
    try (InputStream in = zip.open(serialized)) {
      for (int read = read(in, buffer); read >= 0; read = read(in, buffer)) {
        out.write(buffer, 0, read);
      }
    }
  }

  private int read(InputStream in, byte[] buffer) {
    try {
      return in.read(buffer);
    } catch (IOException e) {
      throw new WeightsException(
          "%s: %s: is damaged: %s"
              .formatted(source.name(), FileBytes.printable(serialized.name()), e.getMessage()),
          e);
    }
  }

  /** The serialized file, in a temporary file that goes when it is closed. */
  FileBytes extracted() {
    String inner = source.name() + "/" + FileBytes.printable(serialized.name());
    try {
      Path file = Files.createTempFile("resnet-serving-", ".part");
      boolean opened = false;
      try {
        try (OutputStream out = Files.newOutputStream(file)) {
          extract(out, MAX_SERIALIZED);
        }
        SeekableByteChannel channel =
            Files.newByteChannel(file, StandardOpenOption.READ, StandardOpenOption.DELETE_ON_CLOSE);
        opened = true;
        return new FileBytes(inner, channel);
      } finally {
        if (!opened) {
          Files.deleteIfExists(file);
        }
      }
    } catch (IOException e) {
      throw new WeightsException(
          "%s: cannot be unpacked into %s (%s); -Djava.io.tmpdir= names another folder"
              .formatted(inner, System.getProperty("java.io.tmpdir"), e.getMessage()),
          e);
    }
  }
}
