package org.resnetserving.models;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whatever a folder's {@code config.json} holds, it is a model or refused with a {@link
 * DescriptorException}. To search: {@code JAZZER_FUZZ=1 mvn test
 * -Dtest=ModelFolderFuzzTest#config_ofAnyBytes_isAModelOrRefused}, or with the other method.
 */
class ModelFolderFuzzTest {
  private static final Path FOLDERS = Path.of("src/test/resources/golden/folders");

  @TempDir private static Path folder;

  @MethodSource("configs")
  @FuzzTest(maxDuration = "8s")
  void config_ofAnyBytes_isAModelOrRefused(byte[] config) throws IOException {
    read(config, Files.readAllBytes(FOLDERS.resolve("hf-resnet-basic/preprocessor_config.json")));
  }

  @MethodSource("processors")
  @FuzzTest(maxDuration = "8s")
  void processor_ofAnyBytes_isAPresetOrRefused(byte[] processor) throws IOException {
    read(Files.readAllBytes(FOLDERS.resolve("hf-resnet-basic/config.json")), processor);
  }

  private static void read(byte[] config, byte[] processor) throws IOException {
    Files.write(folder.resolve("config.json"), config);
    Files.write(folder.resolve("preprocessor_config.json"), processor);
    Files.write(folder.resolve("model.safetensors"), new byte[0]);
    try {
      ModelFolder.read(folder);
    } catch (DescriptorException e) {
      // refused
    }
  }

  static Stream<byte[]> configs() throws IOException {
    return Stream.of(
        Files.readAllBytes(FOLDERS.resolve("hf-resnet-bottleneck/config.json")),
        Files.readAllBytes(FOLDERS.resolve("timm-resnetd/config.json")),
        Files.readAllBytes(FOLDERS.resolve("timm-wrapper/config.json")));
  }

  static Stream<byte[]> processors() throws IOException {
    return Stream.of(
        Files.readAllBytes(FOLDERS.resolve("hf-resnet-basic/preprocessor_config.json")));
  }
}
