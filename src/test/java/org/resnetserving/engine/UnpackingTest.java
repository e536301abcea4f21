package org.resnetserving.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

@ExtendWith(OutputCaptureExtension.class)
final class UnpackingTest {
  @TempDir private Path natives;

  @Test
  void foldersThatADeadProcessLeft_areRemovedAndSaid(CapturedOutput log) throws IOException {
    Path left = Files.createDirectories(natives.resolve("pytorch/tmp123/deeper"));
    Files.writeString(left.resolve("libtorch_cpu.so"), "half");
    Files.writeString(left.getParent().resolve("libdjl_torch.so"), "half");
    try (Unpacking unpacking = Unpacking.begin(natives)) {
      assertThat(natives.resolve("pytorch")).isEmptyDirectory();
    }
    assertThat(log).containsOnlyOnce("A process died while it unpacked libtorch");
  }

  @Test
  void second_waitsForTheFirst_andLeavesItsFolderAlone() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    Unpacking first = Unpacking.begin(natives);
    Path under = Files.createDirectories(natives.resolve("pytorch/tmp123"));
    Thread second =
        new Thread(
            () -> {
              try (Unpacking unpacking = Unpacking.begin(natives)) {
                begun.countDown();
              }
            });
    second.setDaemon(true);
    second.start();
    assertThat(begun.await(500, TimeUnit.MILLISECONDS)).isFalse();
    assertThat(under).exists();
    first.close();
    assertThat(begun.await(30, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void folder_thatHasThemAlready_isNotTouched() throws IOException {
    Path there = Files.createDirectories(natives.resolve("pytorch/2.7.1-cpu-linux-x86_64"));
    Files.writeString(there.resolve("0.36.0-libdjl_torch.so"), "whole");
    Unpacking.begin(natives).close();
    assertThat(natives.resolve("unpacking.lock")).doesNotExist();
  }

  @Test
  void folder_thatCannotBeWritten_isGoneOnWithout() throws IOException {
    Path file = Files.writeString(natives.resolve("file"), "");
    Unpacking.begin(file).close();
  }
}
