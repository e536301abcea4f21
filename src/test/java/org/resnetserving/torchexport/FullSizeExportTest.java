package org.resnetserving.torchexport;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.resnetserving.network.Architecture;
import org.resnetserving.network.FormulaWeights;
import org.resnetserving.network.Graph;
import org.resnetserving.network.Normalization;
import org.resnetserving.network.ProgramCompiler;
import org.resnetserving.network.ProgramKind;

class FullSizeExportTest {
  @TempDir Path folder;

  /** The program has the same bytes as that of the network which the file was written from. */
  @Test
  void resNet152_becomesTheSameProgramInA256MegabyteHeap() throws Exception {
    FormulaWeights weights = FormulaWeights.imageNet("resnet152", 1000);
    Graph graph = Architecture.parse("resnet152").graph(weights, Normalization.IMAGENET);
    Path file = folder.resolve("resnet152.pt2");
    ExportWriter.write(graph, file);
    assertThat(Files.size(file)).isGreaterThan(4L * 60_000_000);
    Path wanted = folder.resolve("wanted.pt");
    ProgramCompiler.compile(graph, ProgramKind.PLAIN, 224, wanted);

    Path found = folder.resolve("found.pt");
    Process process =
        new ProcessBuilder(
                ProcessHandle.current().info().command().orElse("java"),
                "-Xmx256m",
                "-cp",
                System.getProperty("java.class.path"),
                CompileExport.class.getName(),
                file.toString(),
                found.toString())
            .inheritIO()
            .start();

    assertThat(process.waitFor()).isZero();
    assertThat(found).hasSameBinaryContentAs(wanted);
  }
}
