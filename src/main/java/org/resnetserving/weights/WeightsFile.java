package org.resnetserving.weights;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;

/**
 * An opened weights file: its format, told by its content, and what is in it. It is opened once and
 * a zip's directory is read once, whatever is asked of it. For one thread at a time.
 */
public final class WeightsFile implements AutoCloseable {
  private static final int START_BYTES = 1024;

  private final FileBytes bytes;
  private final ByteBuffer start;
  private final @Nullable ZipDirectory zip;
  private final WeightFormat format;
  private final List<String> ignored;

  WeightsFile(FileBytes bytes) {
    this(bytes, List.of(), false);
  }

  private WeightsFile(FileBytes bytes, List<String> ignored, boolean archived) {
    this.ignored = ignored;
    this.bytes = bytes;
    this.start = bytes.start(START_BYTES);
    this.zip = ZipDirectory.matches(start) ? ZipDirectory.read(bytes) : null;
    WeightFormat found = zip == null ? formatOf(start) : PickleZip.formatOf(zip);
    this.format =
        archived && found == WeightFormat.TORCHSCRIPT ? WeightFormat.TORCHSCRIPT_ARCHIVED : found;
  }

  /**
   * Opens a file; of TorchServe's archives, the serialized file in it.
   *
   * @throws WeightsException if it cannot be read, or is a zip whose directory is damaged
   */
  public static WeightsFile open(Path file) {
    FileBytes bytes = FileBytes.open(file);
    try {
      WeightsFile opened = new WeightsFile(bytes);
      Optional<ModelArchive> archive =
          opened.zip == null ? Optional.empty() : ModelArchive.of(bytes, opened.zip);
      return archive.isEmpty() ? opened : inside(archive.get(), bytes);
    } catch (RuntimeException | Error e) {
      bytes.close();
      throw e;
    }
  }

  private static WeightsFile inside(ModelArchive archive, FileBytes outer) {
    List<String> ignored = archive.ignored();
    FileBytes bytes = archive.extracted();
    try {
      outer.close();
      return new WeightsFile(bytes, ignored, true);
    } catch (RuntimeException | Error e) {
      bytes.close();
      throw e;
    }
  }

  /** What it is, whatever its name says. */
  public WeightFormat format() {
    return format;
  }

  /** What else is in TorchServe's archive that it came from, such as Python, which is never run. */
  public List<String> ignored() {
    return ignored;
  }

  /** Its bytes. */
  public FileBytes bytes() {
    return bytes;
  }

  /** Its directory, if it is a zip. */
  public @Nullable ZipDirectory zip() {
    return zip;
  }

  /**
   * The format of a file that can be served, as a state dict or as the program that it is.
   *
   * @throws WeightsException for any other, saying what it is and what to take instead
   */
  public WeightFormat servedFormat() {
    return switch (format) {
      case PICKLE_TAR -> throw TarAdvice.refuse(bytes);
      case UNKNOWN -> throw unknown();
      default -> format;
    };
  }

  /** The same as {@link #stateDict(String)}, without an entry. */
  public StateDict stateDict() {
    return stateDict(null);
  }

  /**
   * The state dict in it. Its tensors are checked against the file's size but not read yet; closing
   * either closes both.
   *
   * @param entry which one, where the file has several: names on the way to it with dots between
   *     them, such as {@code model_ema}; null looks for it, and prefers the network to its averages
   * @throws WeightsException if the file is not a state dict that is read, or is damaged
   */
  public StateDict stateDict(@Nullable String entry) {
    Contents contents =
        switch (servedFormat()) {
          case SAFETENSORS -> Contents.of(Safetensors.read(bytes), entry);
          case PICKLE_LEGACY -> LegacyPickle.read(bytes, entry);
          case TORCHSCRIPT, TORCHSCRIPT_GZIP, TORCHSCRIPT_ARCHIVED ->
              throw bytes.refuse(
                  "is a TorchScript program, not a state dict: serve it as it is, or take the"
                      + " model's .pth or .safetensors file");
          default -> PickleZip.read(bytes, Objects.requireNonNull(zip), entry);
        };
    return FileStateDict.of(bytes, contents);
  }

  private static WeightFormat formatOf(ByteBuffer start) {
    if (LegacyPickle.matches(start)) {
      return WeightFormat.PICKLE_LEGACY;
    }
    if (TarAdvice.matches(start)) {
      return WeightFormat.PICKLE_TAR;
    }
    if (Safetensors.matches(start)) {
      return WeightFormat.SAFETENSORS;
    }
    return isZipInGzip(start) ? WeightFormat.TORCHSCRIPT_GZIP : WeightFormat.UNKNOWN;
  }

  private static boolean isZipInGzip(ByteBuffer start) {
    byte[] packed = new byte[start.limit()];
    start.get(0, packed);
    try (InputStream in = new GZIPInputStream(new ByteArrayInputStream(packed))) {
      ByteBuffer unpacked = ByteBuffer.wrap(in.readNBytes(Integer.BYTES));
      return ZipDirectory.matches(unpacked.order(ByteOrder.LITTLE_ENDIAN));
    } catch (IOException e) {
      return false;
    }
  }

  private WeightsException unknown() {
    ByteBuffer few = start.slice(0, Math.min(64, start.limit()));
    String text = StandardCharsets.ISO_8859_1.decode(few).toString();
    if (text.isEmpty()) {
      return bytes.refuse("is empty: download it again");
    }
    if (text.stripLeading().startsWith("<")) {
      return bytes.refuse("is HTML or XML, perhaps an error page: check where it came from");
    }
    if (text.startsWith("version https://git-lfs")) {
      return bytes.refuse("is a Git LFS pointer, not the file that it stands for: pull that");
    }
    if (text.startsWith("\u0080")) {
      return bytes.refuse(
          "is a pickle, but not as torch.save writes it: save model.state_dict() with torch.save");
    }
    return bytes.refuse(
        "is neither .safetensors nor written by torch.save, or it is truncated: take the model's"
            + " .pth or .safetensors file");
  }

  /** Closes the file; a second time does nothing. */
  @Override
  public void close() {
    bytes.close();
  }
}
