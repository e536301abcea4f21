package org.resnetserving.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Positions are of {@link #small()}: two stored entries, a directory and its end. */
class ZipDirectoryTest {
  private static final int HEADER_A = 0;
  private static final int HEADER_B = 49;
  private static final int CENTRAL_A = 98;
  private static final int CENTRAL_B = 158;
  private static final int END = 218;

  @Test
  void entries_lieWhereTheirBytesAre() {
    ZipDirectory zip = ZipDirectory.read(MemoryChannel.source(small().array()));

    assertThat(zip.names()).containsExactly("archive/a/data", "archive/b/data");
    assertThat(zip.find("archive/a/data"))
        .isEqualTo(new ZipDirectory.Entry("archive/a/data", 44, 5, 5, 0));
    assertThat(zip.find("archive/c")).isNull();
  }

  @Test
  void zip64_thatAgrees_isRead() {
    byte[] file = zip64(buffer -> {});

    assertThat(ZipDirectory.read(MemoryChannel.source(file)).names()).hasSize(2);
  }

  @ParameterizedTest
  @CsvSource({
    "8, 1",
    "16, 7",
    "24, 3",
    "32, 1",
    "32, -1",
    "40, 5",
    "40, -1",
    "48, 7",
    "48, -1",
    "48, 9223372036854775807"
  })
  void zip64_thatLies_isRefused(int at, long lie) {
    byte[] file = zip64(buffer -> buffer.putLong(END + at, lie));
    if (at == 8) {
      file[END] = 0;
    }

    assertThatExceptionOfType(WeightsException.class)
        .isThrownBy(() -> ZipDirectory.read(MemoryChannel.source(file)));
  }

  @ParameterizedTest
  @CsvSource({
    // where, bytes, value, reason
    "END, 4, 2, 1, contradicts itself",
    "END, 8, 2, 1, contradicts itself",
    "END, 12, 4, 7, contradicts itself",
    "END, 12, 4, -1, contradicts itself",
    "END, 16, 4, 7, contradicts itself",
    "END, 16, 4, -1, contradicts itself",
    "END, 20, 2, 1, without its directory",
    "CENTRAL_A, 0, 4, 7, before its 2 entries",
    "CENTRAL_A, 8, 2, 1, encrypted",
    "CENTRAL_A, 10, 2, 8, contradict each other",
    "CENTRAL_A, 20, 4, 4, contradicts itself",
    "CENTRAL_A, 20, 4, -1, lacks its zip64 size",
    "CENTRAL_A, 24, 4, 50, contradicts itself",
    "CENTRAL_A, 28, 2, 13, contradict each other",
    "CENTRAL_A, 28, 2, 60000, ends in an entry",
    "CENTRAL_A, 30, 2, 3, before its 2 entries",
    "CENTRAL_A, 32, 2, 60000, ends in an entry",
    "CENTRAL_A, 42, 4, 49, contradict each other",
    "CENTRAL_A, 42, 4, 1000, contradicts itself",
    "CENTRAL_A, 42, 4, -2, contradicts itself",
    "HEADER_A, 0, 4, 7, contradict each other",
    "HEADER_A, 8, 2, 8, contradict each other",
    "HEADER_A, 26, 2, 3, contradict each other",
    "HEADER_A, 28, 2, 60000, contradict each other",
    "HEADER_A, 28, 2, 10, overlap",
    "HEADER_B, 28, 2, 1, more than the file"
  })
  void directory_thatLies_isRefused(String where, int offset, int bytes, int value, String reason) {
    ByteBuffer file = small();
    int at = position(where) + offset;
    if (bytes == 2) {
      file.putShort(at, (short) value);
    } else {
      file.putInt(at, value);
    }

    assertThatExceptionOfType(WeightsException.class)
        .isThrownBy(() -> ZipDirectory.read(MemoryChannel.source(file.array())))
        .withMessageContaining(reason);
  }

  @Test
  void entries_overlapping_areRefused() {
    ByteBuffer file = small();
    file.putInt(CENTRAL_A + 20, 6).putInt(CENTRAL_A + 24, 6);

    assertThatExceptionOfType(WeightsException.class)
        .isThrownBy(() -> ZipDirectory.read(MemoryChannel.source(file.array())))
        .withMessageContaining("overlap");
  }

  @Test
  void entries_ofOneName_areRefused() {
    ByteBuffer file = small();
    file.put(HEADER_B + 30 + 8, (byte) 'a').put(CENTRAL_B + 46 + 8, (byte) 'a');

    assertThatExceptionOfType(WeightsException.class)
        .isThrownBy(() -> ZipDirectory.read(MemoryChannel.source(file.array())))
        .withMessageContaining("archive/a/data: is in the zip twice");
  }

  @Test
  void name_thatIsNotUtf8_isRefused() {
    ByteBuffer file = small();
    file.put(HEADER_A + 30, (byte) 0xff).put(CENTRAL_A + 46, (byte) 0xff);

    assertThatExceptionOfType(WeightsException.class)
        .isThrownBy(() -> ZipDirectory.read(MemoryChannel.source(file.array())))
        .withMessageContaining("not UTF-8");
  }

  @Test
  void compressedPickle_isRefused() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream out = new ZipOutputStream(bytes)) {
      out.putNextEntry(new ZipEntry("archive/data.pkl"));
      out.write(new byte[1 << 20]);
    }

    assertThatExceptionOfType(WeightsException.class)
        .isThrownBy(() -> StateDicts.open(bytes.toByteArray()))
        .withMessageContaining("data.pkl: is compressed");
  }

  @Test
  void deflatedEntry_isUnpacked() throws IOException {
    byte[] content = new byte[100_000];
    Arrays.fill(content, 777, 50_000, (byte) 5);
    ZipDirectory zip = ZipDirectory.read(MemoryChannel.source(deflated(content)));
    ZipDirectory.Entry entry = zip.find("archive/data.pkl");

    assertThat(entry.isStored()).isFalse();
    assertThat(zip.read(entry, content.length)).isEqualTo(content);
  }

  @Test
  void entry_ofMoreBytesThanAllowed_isRefusedUnread() throws IOException {
    ZipDirectory zip = ZipDirectory.read(MemoryChannel.source(deflated(new byte[1 << 20])));

    assertThatExceptionOfType(WeightsException.class)
        .isThrownBy(() -> zip.read(zip.find("archive/data.pkl"), (1 << 20) - 1))
        .withMessageContaining("has 1048576 bytes; at most 1048575 are read");
  }

  @ParameterizedTest
  @CsvSource({"99, unpacks to more", "101, does not unpack to 101 bytes"})
  void deflatedEntry_whoseSizeLies_isRefused(int lie, String reason) throws IOException {
    byte[] file = deflated(new byte[100]);
    ByteBuffer buffer = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
    buffer.putInt(buffer.getInt(file.length - 22 + 16) + 24, lie);
    ZipDirectory zip = ZipDirectory.read(MemoryChannel.source(file));

    assertThatExceptionOfType(WeightsException.class)
        .isThrownBy(() -> zip.read(zip.find("archive/data.pkl"), 1000))
        .withMessageContaining("archive/data.pkl: is damaged: " + reason);
  }

  @Test
  void deflatedEntry_thatIsDamaged_isRefused() throws IOException {
    byte[] file = deflated(new byte[100]);
    Arrays.fill(file, 46, 50, (byte) 0xff);
    ZipDirectory zip = ZipDirectory.read(MemoryChannel.source(file));

    assertThatExceptionOfType(WeightsException.class)
        .isThrownBy(() -> zip.read(zip.find("archive/data.pkl"), 1000))
        .withMessageContaining("archive/data.pkl: is damaged");
  }

  @Test
  void directory_isReadOnceForFormatAndStateDict() throws IOException {
    byte[] file = new WeightFileWriter().tensor("w", new int[] {1}, 1).zip();
    MemoryChannel channel = new MemoryChannel(file);
    long directory =
        ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).getInt(file.length - 22 + 16);

    try (WeightsFile opened = new WeightsFile(new FileBytes("a.pth", channel))) {
      assertThat(opened.servedFormat()).isEqualTo(WeightFormat.PICKLE_ZIP);
      assertThat(opened.stateDict().read("w")).containsExactly(1);
    }

    assertThat(channel.positions()).containsOnlyOnce(directory);
  }

  private static byte[] deflated(byte[] content) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream out = new ZipOutputStream(bytes)) {
      out.putNextEntry(new ZipEntry("archive/data.pkl"));
      out.write(content);
    }
    return bytes.toByteArray();
  }

  private static int position(String where) {
    return switch (where) {
      case "HEADER_A" -> HEADER_A;
      case "HEADER_B" -> HEADER_B;
      case "CENTRAL_A" -> CENTRAL_A;
      default -> END;
    };
  }

  private static ByteBuffer small() {
    Map<String, byte[]> entries = new LinkedHashMap<>();
    entries.put("a/data", new byte[5]);
    entries.put("b/data", new byte[5]);
    return ByteBuffer.wrap(WeightFileWriter.zip(entries)).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** The same with a zip64 directory end, as PyTorch writes it, changed by {@code lie}. */
  private static byte[] zip64(Consumer<ByteBuffer> lie) {
    ByteBuffer small = small();
    ByteBuffer file =
        ByteBuffer.allocate(small.capacity() + 56 + 20).order(ByteOrder.LITTLE_ENDIAN);
    file.put(small.array(), 0, END);
    file.putInt(0x06064b50).putLong(44).putShort((short) 45).putShort((short) 45);
    file.putInt(0).putInt(0).putLong(2).putLong(2).putLong(END - CENTRAL_A).putLong(CENTRAL_A);
    file.putInt(0x07064b50).putInt(0).putLong(END).putInt(1);
    file.put(small.array(), END, 22);
    lie.accept(file);
    return file.array();
  }
}
