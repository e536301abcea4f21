package org.resnetserving.programs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Which folders natives are unpacked into and run from. */
final class CacheDirectoryTest {
  @TempDir private Path folder;

  @Test
  void home_ofAUserWhoIsInNoList_isNone() {
    assertThat(CacheDirectory.userCache(null, "?")).isEmpty();
    assertThat(CacheDirectory.userCache("relative", "?")).isEmpty();
    assertThat(CacheDirectory.userCache(null, "/home/me"))
        .contains(Path.of("/home/me/.cache/resnet-serving"));
    assertThat(CacheDirectory.userCache("/caches", "?"))
        .contains(Path.of("/caches/resnet-serving"));
  }

  @Test
  @DisabledOnOs(OS.WINDOWS)
  void folder_thatOthersMayWrite_isNotOurs() throws IOException {
    Path shared = Files.createDirectory(folder.resolve("shared"));
    Files.setPosixFilePermissions(shared, PosixFilePermissions.fromString("rwxrwxrwx"));
    List<String> why = new ArrayList<>();
    assertThat(CacheDirectory.isOurs(shared, why)).isFalse();
    assertThat(why).containsExactly(shared + " may be written by others");
    Files.setPosixFilePermissions(shared, PosixFilePermissions.fromString("rwx------"));
    assertThat(CacheDirectory.isOurs(shared, why)).isTrue();
    assertThat(shared).isEmptyDirectory();
  }

  @Test
  @DisabledOnOs(OS.WINDOWS)
  void link_toAFolderOfOurs_isNotOurs() throws IOException {
    Path link =
        Files.createSymbolicLink(
            folder.resolve("link"), Files.createDirectory(folder.resolve("ours")));
    assertThat(CacheDirectory.isOurs(link, new ArrayList<>())).isFalse();
  }
}
