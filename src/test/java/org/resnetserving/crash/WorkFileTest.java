package org.resnetserving.crash;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class WorkFileTest {
  private static final byte[] HASH = NativeWork.prefixHash("a picture".getBytes(UTF_8));

  @TempDir private Path folder;

  private WorkFile created() {
    WorkFile file = WorkFile.create(folder);
    assertThat(file).isNotNull();
    return file;
  }

  /** A slot with what is noted in it. */
  private static WorkFile.Slot noted(
      WorkFile file, NativeTask task, int size, String name, String thread) {
    WorkFile.Slot slot = file.take();
    assertThat(slot).isNotNull();
    slot.note(task, 1_800_000_000_000L, size, HASH, name, thread);
    return slot;
  }

  /** What the next process finds if this one dies now: its file as it is, without its lock. */
  private List<UnfinishedWork> leftBehind() throws IOException {
    Path left = Files.createDirectories(folder.resolve("left"));
    Files.copy(only(), left.resolve("1.work"));
    return WorkFile.unfinished(left);
  }

  private Path only() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      List<Path> found = files.filter(Files::isRegularFile).toList();
      assertThat(found).hasSize(1);
      return found.get(0);
    }
  }

  @Test
  void work_thatIsNotFinished_isTold() throws IOException {
    WorkFile file = created();
    noted(file, NativeTask.JPEG, 12_345, "", "decoder-1");
    noted(file, NativeTask.NETWORK, 4, "resnet50", "inference-0");

    assertThat(leftBehind())
        .extracting(UnfinishedWork::toString)
        .satisfiesExactly(
            told ->
                assertThat(told)
                    .startsWith("decoding a JPEG of 12345 bytes (SHA-256 of the first 4096: ")
                    .contains("92b2fa58", "since 2027-01-15T08:00:00Z")
                    .endsWith("on thread decoder-1"),
            told ->
                assertThat(told)
                    .startsWith(
                        "running the model resnet50 over a batch of 4, since 2027-01-15T08:00:00Z")
                    .endsWith("on thread inference-0"));
  }

  @Test
  void work_thatIsFinished_isNotTold() throws IOException {
    WorkFile file = created();
    WorkFile.Slot slot = noted(file, NativeTask.WEBP, 1, "", "one");
    slot.clear();
    file.giveBack(slot);

    assertThat(leftBehind()).isEmpty();
  }

  @Test
  void files_areTakenOnce() throws IOException {
    noted(created(), NativeTask.LOAD, 1, "weights.pt", "models");

    assertThat(leftBehind()).hasSize(1);
    assertThat(folder.resolve("left")).isEmptyDirectory();
  }

  @Test
  void names_ofAnyLengthAndContent_takeOneLineOfTheirPlace() throws IOException {
    noted(created(), NativeTask.NETWORK, 1, "ä".repeat(500), "a\nb" + "ü".repeat(500));

    assertThat(leftBehind())
        .singleElement()
        .satisfies(
            work -> {
              assertThat(work.name()).startsWith("äää").hasSizeLessThan(100);
              assertThat(work.thread()).startsWith("a?büü").hasSizeLessThan(40);
            });
  }

  @Test
  void slots_allTaken_leaveWorkWithoutANote() {
    WorkFile file = created();
    List<WorkFile.Slot> slots = new ArrayList<>();
    for (WorkFile.Slot slot = file.take(); slot != null; slot = file.take()) {
      slots.add(slot);
    }

    assertThat(slots).hasSizeGreaterThanOrEqualTo(64);
    file.giveBack(slots.get(0));
    assertThat(file.take()).isSameAs(slots.get(0));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "native", "native work 1\n\0\0", "native work 1\n\0\0\1and no more", "x"})
  void files_ofOthers_tellNothing(String content) throws IOException {
    Files.writeString(folder.resolve("1.work"), content);

    assertThat(WorkFile.unfinished(folder)).isEmpty();
  }

  @Test
  void folder_thatIsAFile_isDoneWithout() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "");

    assertThat(WorkFile.unfinished(file)).isEmpty();
    assertThat(WorkFile.create(file.resolve("work"))).isNull();
  }

  @Test
  void hash_isOfTheFirst4096Bytes() {
    byte[] long1 = new byte[10_000];
    byte[] long2 = new byte[5_000];
    long2[4_096] = 1;

    assertThat(NativeWork.prefixHash(long1)).isEqualTo(NativeWork.prefixHash(long2));
    long2[4_095] = 1;
    assertThat(NativeWork.prefixHash(long1)).isNotEqualTo(NativeWork.prefixHash(long2));
  }
}
