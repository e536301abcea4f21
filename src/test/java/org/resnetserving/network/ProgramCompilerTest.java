package org.resnetserving.network;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.FutureTask;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ProgramCompilerTest {
  @TempDir Path folder;

  @ParameterizedTest
  @EnumSource
  void archive_isTheSameBytesEachTime(ProgramKind kind) throws IOException {
    ProgramCompiler.compile(graph(), kind, 64, folder.resolve("a.pt"));
    ProgramCompiler.compile(graph(), kind, 64, folder.resolve("b.pt"));

    assertThat(folder.resolve("a.pt")).hasSameBinaryContentAs(folder.resolve("b.pt"));
  }

  @Test
  void archive_isStoredUncompressed() throws IOException {
    ProgramCompiler.compile(graph(), ProgramKind.PLAIN, 64, folder.resolve("a.pt"));

    try (ZipFile zip = new ZipFile(folder.resolve("a.pt").toFile())) {
      assertThat(zip.stream()).allMatch(entry -> entry.getMethod() == ZipEntry.STORED);
      assertThat(zip.getEntry("network/data.pkl")).isNotNull();
    }
  }

  /** A channel would keep as much as its largest write, for as long as the thread lives. */
  @Test
  void archive_isWrittenAndNothingOutsideOfTheHeapIsKept() throws Exception {
    Graph graph =
        Architecture.parse("resnet18")
            .graph(FormulaWeights.imageNet("resnet18", 5), Normalization.IMAGENET);
    FutureTask<Long> kept =
        new FutureTask<>(
            () -> {
              long before = direct().getMemoryUsed();
              ProgramCompiler.compile(graph, ProgramKind.FUSED, 64, folder.resolve("a.pt"));
              return direct().getMemoryUsed() - before;
            });
    new Thread(kept).start();

    assertThat(kept.get()).isLessThan(1 << 20);
  }

  private static BufferPoolMXBean direct() {
    return ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
        .filter(pool -> pool.getName().equals("direct"))
        .findFirst()
        .orElseThrow();
  }

  /** Two copies of the largest tensor, a stage's 3×3 kernel, are all that is ever in memory. */
  @Test
  void resNet152_compilesInA256MegabyteHeap() throws Exception {
    Path out = folder.resolve("resnet152.pt");
    Process process =
        new ProcessBuilder(
                ProcessHandle.current().info().command().orElse("java"),
                "-Xmx256m",
                "-cp",
                System.getProperty("java.class.path"),
                CompileResNet152.class.getName(),
                out.toString())
            .inheritIO()
            .start();

    assertThat(process.waitFor()).isZero();
    assertThat(Files.size(out)).isGreaterThan(4L * 60_000_000);
  }

  private static Graph graph() {
    return Architecture.parse("resnet18")
        .graph(FormulaWeights.imageNet(false, 8, 5, 2, 2, 2, 2), Normalization.IMAGENET);
  }
}
