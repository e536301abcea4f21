package org.resnetserving.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.times;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.verifyNoInteractions;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mockito.ArgumentCaptor;
import org.resnetserving.models.ModelDescriptor;
import org.resnetserving.models.ModelDescriptors;
import org.resnetserving.serving.ServedModel;
import org.resnetserving.serving.TestModels;

final class ModelsWatchTest {
  @TempDir private Path folder;

  private final ModelRunner runner = mock(ModelRunner.class);
  private final MeterRegistry registry = new SimpleMeterRegistry();
  private Catalog catalog;
  private ModelsWatch watch;

  @BeforeEach
  void begin() throws IOException {
    describe("first", "1");
    describe("second", "1");
    Files.writeString(folder.resolve("labels.txt"), "cat\ndog\n");
    catalog = new Catalog(List.of(served("first"), served("second")));
    watch =
        new ModelsWatch(
            catalog,
            new ModelRepository(catalog, runner, this::described, TestModels.SERVING),
            new CatalogMetrics(registry),
            this::described);
    watch.look();
    watch.look();
  }

  private Map<String, ModelDescriptor> described() {
    return ModelDescriptors.readFolder(folder);
  }

  private ServedModel served(String name) {
    return ServedModel.of(ModelDescriptors.read(folder.resolve(name + ".yml")), TestModels.SERVING);
  }

  private void describe(String name, String title) throws IOException {
    Files.writeString(
        folder.resolve(name + ".yml"),
        """
        title: %s
        architecture: resnet18
        weights: {file: %s.pth}
        labels: labels.txt
        preset: torchvision
        license: MIT
        """
            .formatted(title, name));
  }

  @Test
  void files_thatStayTheSame_changeNothing() {
    watch.look();
    verifyNoInteractions(runner);
  }

  @Test
  void change_countsOnceTwoLooksSeeTheSame() throws IOException {
    Files.writeString(folder.resolve("first.pth"), "half");
    watch.look();
    Files.writeString(folder.resolve("first.pth"), "the whole");
    watch.look();
    verifyNoInteractions(runner);
    watch.look();
    ArgumentCaptor<ServedModel> next = ArgumentCaptor.forClass(ServedModel.class);
    verify(runner).serve(next.capture());
    assertThat(next.getValue().name()).isEqualTo("first");
    watch.look();
    verify(runner).serve(any());
  }

  @Test
  void labels_ofAllModels_replaceAll() throws IOException {
    Files.writeString(folder.resolve("labels.txt"), "cat\nhound\n");
    watch.look();
    watch.look();
    ArgumentCaptor<ServedModel> next = ArgumentCaptor.forClass(ServedModel.class);
    verify(runner, times(2)).serve(next.capture());
    assertThat(next.getValue().labels().get(1).name()).isEqualTo("hound");
  }

  @Test
  void descriptor_thatIsNew_isLoadedAndOneThatIsGone_unloaded() throws IOException {
    describe("third", "3");
    Files.delete(folder.resolve("second.yml"));
    watch.look();
    watch.look();
    ArgumentCaptor<ServedModel> third = ArgumentCaptor.forClass(ServedModel.class);
    verify(runner).serve(third.capture());
    assertThat(third.getValue().name()).isEqualTo("third");
    verify(runner).unload("second");
  }

  @Test
  void descriptor_thatIsWrong_changesNothingUntilItIsMended() throws IOException {
    Files.writeString(folder.resolve("first.yml"), "title: [");
    watch.look();
    watch.look();
    verifyNoInteractions(runner);
    assertThat(changesFailed()).as("once, however often it is looked at").isEqualTo(1);
    describe("first", "2");
    watch.look();
    watch.look();
    verify(runner).serve(any());
    verify(runner, never()).unload(any());
  }

  @Test
  void folder_thatIsGone_changesNothingUntilItIsBack() throws IOException {
    Path away = folder.resolveSibling(folder.getFileName() + "-away");
    Files.move(folder, away);
    watch.look();
    watch.look();
    verifyNoInteractions(runner);
    assertThat(changesFailed()).isEqualTo(1);
    Files.move(away, folder);
    watch.look();
    watch.look();
    verifyNoInteractions(runner);
    assertThat(changesFailed()).isEqualTo(1);
  }

  private double changesFailed() {
    return registry.get(CatalogMetrics.CHANGES_FAILED).counter().count();
  }
}
