package org.resnetserving.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NativePlatformTest {
  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({
    "Linux, amd64, linux-x86_64",
    "Linux, aarch64, linux-aarch64",
    "Mac OS X, aarch64, osx-aarch64",
    "Windows Server 2022, amd64, win-x86_64"
  })
  void platformWithNatives_hasAName(String system, String machine, String classifier) {
    assertThat(NativePlatform.classifier(system, machine, false)).isEqualTo(classifier);
  }

  @ParameterizedTest
  @CsvSource({
    "Mac OS X, x86_64",
    "Windows 11, aarch64",
    "Linux, riscv64",
    "Linux, ppc64le",
    "FreeBSD, amd64"
  })
  void platformWithoutNatives_isRefusedByName(String system, String machine) {
    assertThatThrownBy(() -> NativePlatform.classifier(system, machine, false))
        .isInstanceOf(EngineFailure.class)
        .hasMessageContainingAll(system, machine, "Linux x86_64 and aarch64", "macOS arm64");
  }

  @Test
  void musl_isRefused() {
    assertThatThrownBy(() -> NativePlatform.classifier("Linux", "amd64", true))
        .isInstanceOf(EngineFailure.class)
        .hasMessageContaining("musl");
  }

  @Test
  void classpathWithoutNatives_isRefusedSayingHowToBuild() throws Exception {
    try (URLClassLoader without = classpath("jnilib/pytorch.properties")) {
      assertThatThrownBy(() -> NativePlatform.requireNatives("linux-x86_64", without))
          .isInstanceOf(EngineFailure.class)
          .hasMessage(
              "libtorch for linux-x86_64 is not on the classpath, which has none;"
                  + " build on this platform, or for it with -Ddjl.natives=linux-x86_64");
    }
  }

  @Test
  void classpathWithoutGlue_isRefused() throws Exception {
    try (URLClassLoader empty = classpath()) {
      assertThatThrownBy(() -> NativePlatform.requireNatives("linux-x86_64", empty))
          .isInstanceOf(EngineFailure.class)
          .hasMessageContaining("pytorch-jni is not on the classpath");
    }
  }

  private URLClassLoader classpath(String... files) throws IOException {
    for (String file : files) {
      Files.createDirectories(folder.resolve(file).getParent());
      Files.createFile(folder.resolve(file));
    }
    return new URLClassLoader(new URL[] {folder.toUri().toURL()}, null);
  }

  @Test
  void classpathOfAnotherPlatform_isRefused() {
    ClassLoader here = NativePlatformTest.class.getClassLoader();

    assertThatThrownBy(() -> NativePlatform.requireNatives("win-9", here))
        .isInstanceOf(EngineFailure.class)
        .hasMessageContaining("libtorch for win-9 is not on the classpath, which has [");
    assertThatCode(() -> NativePlatform.requireNatives(NativePlatform.detect(), here))
        .doesNotThrowAnyException();
  }
}
