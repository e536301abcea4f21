package org.resnetserving.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import org.bytedeco.opencv.global.opencv_core;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

final class NativeImageLibraryTest {
  @Test
  void library_isLoadedOnce() {
    NativeImageLibrary library = NativeImageLibrary.load(Path.of("target/natives"));
    assertThat(NativeImageLibrary.load(Path.of("/nowhere"))).isSameAs(library);
    assertThat(opencv_core.getNumThreads()).isEqualTo(1);
  }

  @Test
  @EnabledOnOs(
      value = {OS.LINUX, OS.MAC},
      disabledReason = "Compilers name the function differently on Windows.")
  void library_writesNothingToStandardError() {
    NativeImageLibrary.load(Path.of("target/natives"));
    assertThat(NativeImageLibrary.logLevel()).isEqualTo(NativeImageLibrary.SILENT);
  }

  @Test
  void folder_thatCannotBeWrittenTo_isNamed(@TempDir Path folder) throws Exception {
    Path file = Files.createFile(folder.resolve("file"));
    assertThatThrownBy(() -> NativeImageLibrary.find(file.resolve("natives")))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining(file.resolve("natives").toString())
        .hasMessageContaining("configure a folder");
  }
}
