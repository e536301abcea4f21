package org.resnetserving.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.anyInt;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.when;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.resnetserving.download.Downloader;
import org.resnetserving.engine.CompiledModel;
import org.resnetserving.engine.NativeEngine;
import org.resnetserving.models.ModelDescriptors;
import org.resnetserving.network.ProgramKind;
import org.resnetserving.pool.LaneListener;
import org.resnetserving.pool.WorkerPool;
import org.resnetserving.programs.ProgramChoice;
import org.resnetserving.programs.ProgramChooser;
import org.resnetserving.serving.ModelState;
import org.resnetserving.serving.ServedModel;
import org.resnetserving.serving.TestModels;
import org.resnetserving.serving.Workshop;

/** What is said of a model that cannot be loaded. */
final class ModelLoaderTest {
  private static final Path WEIGHTS =
      Path.of("models/resnet20-cifar10/resnet20-cifar10.safetensors");

  @TempDir private Path folder;

  private final ServedModel model = TestModels.model("small");
  private final ProgramChooser chooser = mock(ProgramChooser.class);
  private final ModelLoader loader =
      new ModelLoader(
          TestModels.SERVING,
          mock(NativeEngine.class),
          chooser,
          mock(WorkerPool.class),
          mock(Workshop.class),
          LaneListener.NONE,
          TestModels.NO_CACHE);

  @Test
  void tar_isRefusedWithWhatReplacedIt() throws IOException {
    byte[] tar = new byte[1024];
    System.arraycopy("ustar".getBytes(StandardCharsets.US_ASCII), 0, tar, 257, 5);
    assertThat(reason(Files.write(folder.resolve("resnet50-19c8e357.pth"), tar)))
        .contains("is a tar", "torchvision replaced it with resnet50-0676ba61.pth");
  }

  @Test
  void page_isRefusedAsOne() throws IOException {
    assertThat(reason(Files.writeString(folder.resolve("a.pth"), "<!DOCTYPE html><html>")))
        .contains("a.pth: is HTML or XML");
  }

  @Test
  void pointer_isRefusedAsOne() throws IOException {
    String pointer = "version https://git-lfs.github.com/spec/v1\n";
    assertThat(reason(Files.writeString(folder.resolve("a.pth"), pointer)))
        .contains("is a Git LFS pointer");
  }

  @Test
  void program_underTheNameOfANetwork_isToldHowToBeServed() throws IOException {
    Path traced = Path.of("src/test/resources/traced/tiny.pt.gz");
    assertThat(reason(traced)).contains("tiny.pt.gz is a TorchScript", "architecture: torchscript");
  }

  @Test
  void oneOutput_withoutAnActivation_isRefusedWithTheChoice() throws IOException {
    Path labels = Files.writeString(folder.resolve("labels.txt"), "mushroom\n");
    Path descriptor =
        Files.writeString(
            folder.resolve("one.yml"),
            """
            title: One output
            weights: {file: one.pth}
            labels: labels.txt
            preset: torchvision
            license: MIT
            """);
    assertThat(labels).exists();
    ServedModel one = ServedModel.of(ModelDescriptors.read(descriptor), TestModels.SERVING);
    loader.load(
        one,
        Downloader.identify(
            Path.of("src/test/resources/weights/weights-one-output-bias-minus-4.pth")));
    assertThat(one.status().state()).isEqualTo(ModelState.FAILED);
    assertThat(one.status().reason())
        .contains("has one output", "activation: sigmoid", "activation: none", "one.yml");
  }

  @Test
  void network_withoutAHeadButWithLabels_isToldToLeaveThemOut() throws IOException {
    Path descriptor =
        Files.writeString(
            folder.resolve("dino.yml"),
            """
            title: No head
            architecture: resnet10
            weights: {file: dino.pth}
            labels: labels.txt
            preset: torchvision
            license: MIT
            """);
    Files.writeString(folder.resolve("labels.txt"), "mushroom\n");
    ServedModel dino = ServedModel.of(ModelDescriptors.read(descriptor), TestModels.SERVING);
    loader.load(dino, Downloader.identify(Path.of("src/test/resources/weights/people/dino.pth")));
    assertThat(dino.status().reason()).contains("has no head", "leave labels out of", "dino.yml");
  }

  @Test
  void error_becomesTheReason() throws Exception {
    when(chooser.load(any(), any(), any(), anyInt(), any())).thenThrow(new StackOverflowError());
    assertThat(reason(WEIGHTS)).isEqualTo("java.lang.StackOverflowError");
  }

  @Test
  void weights_thatAreChangedWhileTheyAreLoaded_areNotServed() throws Exception {
    Path weights = Files.copy(WEIGHTS, folder.resolve("copy.safetensors"));
    CompiledModel network = mock(CompiledModel.class);
    when(chooser.load(any(), any(), any(), anyInt(), any()))
        .thenAnswer(
            asked -> {
              // As long as before.
              byte[] other = Files.readAllBytes(weights);
              other[other.length - 1]++;
              Files.write(weights, other);
              Files.setLastModifiedTime(weights, FileTime.from(Instant.EPOCH));
              return new ProgramChooser.Loaded(
                  new ProgramChoice(ProgramKind.PLAIN, "", List.of()), network);
            });
    assertThat(reason(weights))
        .isEqualTo(weights + " was changed while it was loaded; load the model again");
    verify(network).close();
  }

  private String reason(Path weights) {
    loader.load(model, Downloader.identify(weights));
    assertThat(model.status().state()).isEqualTo(ModelState.FAILED);
    return model.status().reason();
  }
}
