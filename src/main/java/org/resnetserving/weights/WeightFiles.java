package org.resnetserving.weights;

import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/** Opens weights files, telling what they are by their content. */
public final class WeightFiles {
  private static final int START_BYTES = 1024;
  private static final int COPY_BYTES = 1 << 16;

  private WeightFiles() {}

  /**
   * The format of a file, whatever its name says.
   *
   * @throws WeightsException if the file cannot be read, or is a zip whose directory is damaged
   */
  public static WeightFormat formatOf(Path file) {
    try (Source source = Source.open(file)) {
      return formatOf(source);
    }
  }

  /**
   * The format of a file that can be served, as a state dict or as the program that it is.
   *
   * @throws WeightsException for any other, saying what it is and what to take instead
   */
  public static WeightFormat servedFormatOf(Path file) {
    try (Source source = Source.open(file)) {
      WeightFormat format = formatOf(source);
      return switch (format) {
        case PICKLE_TAR -> throw TarAdvice.refuse(source);
        case UNKNOWN -> throw unknown(source);
        default -> format;
      };
    }
  }

  /**
   * Opens a state dict. Its tensors are checked against the file's size but not read yet.
   *
   * @throws WeightsException if the file is not a state dict that is read, or is damaged
   */
  public static StateDict open(Path file) {
    Source source = Source.open(file);
    try {
      return open(source);
    } catch (RuntimeException | Error e) {
      source.close();
      throw e;
    }
  }

  /**
   * Unpacks a gzip-compressed file, such as a {@link WeightFormat#TORCHSCRIPT_GZIP}, into a new
   * one. Nothing is left of the new file if that fails.
   *
   * @param maxBytes most bytes that the new file may have
   * @throws WeightsException if the file is damaged or unpacks to more
   */
  public static void unpack(Path gzip, Path target, long maxBytes) throws IOException {
    try (InputStream in = Files.newInputStream(gzip)) {
      OutputStream out = Files.newOutputStream(target, StandardOpenOption.CREATE_NEW);
      boolean done = false;
      try (out) {
        unpack(in, out, String.valueOf(gzip.getFileName()), maxBytes);
        done = true;
      } finally {
        if (!done) {
          Files.deleteIfExists(target);
        }
      }
    }
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

  static StateDict open(Source source) {
    Map<String, Tensor> tensors =
        switch (formatOf(source)) {
          case SAFETENSORS -> Safetensors.read(source);
          case PICKLE_ZIP -> PickleZip.read(source);
          case PICKLE_LEGACY -> LegacyPickle.read(source);
          case PICKLE_TAR -> throw TarAdvice.refuse(source);
          case TORCHSCRIPT, TORCHSCRIPT_GZIP ->
              throw source.refuse(
                  "is a TorchScript program, not a state dict: serve it as it is, or take the"
                      + " model's .pth or .safetensors file");
          case UNKNOWN -> throw unknown(source);
        };
    return new FileStateDict(source, CanonicalNames.rename(source, tensors));
  }

  static WeightFormat formatOf(Source source) {
    ByteBuffer start = source.read(0, (int) Math.min(START_BYTES, source.size()));
    if (ZipDirectory.matches(start)) {
      return PickleZip.formatOf(ZipDirectory.read(source));
    }
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
    byte[] bytes = new byte[start.limit()];
    start.get(0, bytes);
    try (InputStream in = new GZIPInputStream(new ByteArrayInputStream(bytes))) {
      ByteBuffer unpacked = ByteBuffer.wrap(in.readNBytes(Integer.BYTES));
      return ZipDirectory.matches(unpacked.order(ByteOrder.LITTLE_ENDIAN));
    } catch (IOException e) {
      return false;
    }
  }

  private static WeightsException unknown(Source source) {
    ByteBuffer bytes = source.read(0, (int) Math.min(64, source.size()));
    String start = StandardCharsets.ISO_8859_1.decode(bytes).toString();
    if (start.isEmpty()) {
      return source.refuse("is empty: download it again");
    }
    if (start.stripLeading().startsWith("<")) {
      return source.refuse("is HTML or XML, perhaps an error page: check where it came from");
    }
    if (start.startsWith("version https://git-lfs")) {
      return source.refuse("is a Git LFS pointer, not the file that it stands for: pull that");
    }
    if (start.startsWith("\u0080")) {
      return source.refuse(
          "is a pickle, but not as torch.save writes it: save model.state_dict() with torch.save");
    }
    return source.refuse(
        "is neither .safetensors nor written by torch.save, or it is truncated: take the model's"
            + " .pth or .safetensors file");
  }
}
