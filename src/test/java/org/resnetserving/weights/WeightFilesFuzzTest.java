package org.resnetserving.weights;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whatever the bytes, the format is told, and a file is read, unpacked or refused with a {@link
 * WeightsException}. To search: {@code JAZZER_FUZZ=1 mvn test
 * -Dtest=WeightFilesFuzzTest#file_ofAnyBytes_isReadOrRefused}, or with the other method; without
 * the variable only the seeds and earlier finds run.
 */
class WeightFilesFuzzTest {
  private static final long MOST_UNPACKED = 1 << 20;

  @MethodSource("files")
  @FuzzTest(maxDuration = "8s")
  void file_ofAnyBytes_isReadOrRefused(byte[] file) {
    try (FileBytes source = MemoryChannel.source(file)) {
      new WeightsFile(source).format();
      StateDicts.openAndReadAll(file);
    } catch (WeightsException e) {
      // refused
    }
  }

  @MethodSource("packed")
  @FuzzTest(maxDuration = "8s")
  void gzip_ofAnyBytes_isUnpackedOrRefused(byte[] file) throws IOException {
    try {
      WeightFiles.unpack(
          new ByteArrayInputStream(file), OutputStream.nullOutputStream(), "a.gz", MOST_UNPACKED);
    } catch (WeightsException e) {
      // refused
    }
  }

  @MethodSource("archives")
  @FuzzTest(maxDuration = "8s")
  void archive_ofAnyBytes_isUnpackedOrRefused(byte[] file) throws IOException {
    try (FileBytes source = MemoryChannel.source(file)) {
      ModelArchive archive = ModelArchive.of(source, ZipDirectory.read(source)).orElse(null);
      if (archive != null) {
        archive.labels();
        archive.ignored();
        archive.extract(OutputStream.nullOutputStream(), MOST_UNPACKED);
      }
    } catch (WeightsException e) {
      // refused
    }
  }

  static Stream<byte[]> archives() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream out = new ZipOutputStream(bytes)) {
      out.putNextEntry(new ZipEntry("a.pt"));
      out.write(new WeightFileWriter().tensor("w", new int[] {1}, 1).zip());
      out.putNextEntry(new ZipEntry("index_to_name.json"));
      out.write("{\"0\": \"a\"}".getBytes(StandardCharsets.US_ASCII));
      out.putNextEntry(new ZipEntry("MAR-INF/MANIFEST.json"));
      out.write("{\"model\": {\"serializedFile\": \"a.pt\"}}".getBytes(StandardCharsets.US_ASCII));
    }
    return Stream.of(bytes.toByteArray());
  }

  static Stream<byte[]> files() throws IOException {
    WeightFileWriter writer = new WeightFileWriter().tensor("w", new int[] {1, 2}, 1, 2);
    byte[] tar = new byte[512];
    System.arraycopy("ustar".getBytes(StandardCharsets.US_ASCII), 0, tar, 257, 5);
    return Stream.of(writer.safetensors(), writer.zip(), writer.legacy(), tar, gzip(writer.zip()));
  }

  static Stream<byte[]> packed() throws IOException {
    return Stream.of(
        gzip(WeightFileWriter.zip(Map.of("x", new byte[9]))), gzip(new byte[(int) MOST_UNPACKED]));
  }

  private static byte[] gzip(byte[] content) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
      out.write(content);
    }
    return bytes.toByteArray();
  }
}
