package org.resnetserving.programs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.net.URISyntaxException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.resnetserving.engine.CpuFeatures;
import org.resnetserving.engine.Engines;
import org.resnetserving.network.ProgramKind;

class KernelWidthTest {
  private static final String LIMIT = "ONEDNN_MAX_CPU_ISA";

  @Test
  void processorWithVnni_hasKernelsOf8Bits(@TempDir Path folder) throws Exception {
    assumeTrue(CpuFeatures.has("avx512_vnni") && System.getenv(LIMIT) == null);
    KernelWidth width = new KernelWidth(Engines.engine(), new ChoiceMemory(folder, "a processor"));

    assertThat(width.int8()).isEqualTo(ProgramKind.FUSED_INT8);
    assertThat(width.int8()).isEqualTo(ProgramKind.FUSED_INT8);
    assertThat(folder).isEmptyDirectory();
  }

  /** oneDNN reads the variable when it starts: a process of its own. */
  @Test
  void oneDnnHeldToAvx2_hasKernelsOf7Bits() throws Exception {
    assumeTrue(CpuFeatures.has("avx2"));
    ProcessBuilder builder =
        new ProcessBuilder(
            ProcessHandle.current().info().command().orElse("java"),
            "-Xmx256m",
            "-cp",
            classPath(),
            TellKernelWidth.class.getName());
    builder.environment().put(LIMIT, "AVX2");
    Process process = builder.redirectErrorStream(true).start();

    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

    assertThat(process.waitFor()).as(output).isZero();
    assertThat(output).contains("told " + ProgramKind.FUSED_INT7);
  }

  /** Of this process, however it was started: a launcher may keep it in a class loader. */
  static String classPath() throws URISyntaxException {
    if (KernelWidthTest.class.getClassLoader() instanceof URLClassLoader loader) {
      List<String> places = new ArrayList<>();
      for (URL url : loader.getURLs()) {
        places.add(Path.of(url.toURI()).toString());
      }
      return String.join(File.pathSeparator, places);
    }
    return System.getProperty("java.class.path");
  }
}
