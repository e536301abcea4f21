package org.resnetserving.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.resnetserving.image.Interpolation;
import org.resnetserving.image.Preset;
import org.resnetserving.network.Activation;
import org.resnetserving.network.ImportedNetwork;
import org.resnetserving.network.Normalization;

final class ModelFolderTest {
  private static final Path FOLDERS = Path.of("src/test/resources/golden/folders");

  @TempDir private Path models;

  @ParameterizedTest
  @CsvSource({
    "hf-resnet-basic, resnet-basic-1-2-1-1, 256, 224",
    "hf-resnet-bottleneck, resnet-bottleneck-1-2-1-1, 256, 224",
    "timm-resnet, resnet26, 235, 224",
    "timm-resnetd, resnet26d, 235, 224",
    "timm-wrapper, resnet10t, 201, 176"
  })
  void folder_isAModelByItself(String name, String architecture, int resize, int crop) {
    ModelDescriptor model = ModelDescriptors.readFolder(FOLDERS).get(name);

    assertThat(model.architecture()).isEqualTo(architecture);
    assertThat(model.preset().square()).isEqualTo(new Preset(resize, crop, Interpolation.BICUBIC));
    assertThat(model.preset().normalization()).isEqualTo(Normalization.IMAGENET);
    assertThat(Labels.read(model.labels(), model.classes()).all())
        .extracting(Label::name)
        .containsExactly("apple", "banana", "cherry, sweet", "date", "elderberry");
    assertThat(model.activation()).isNull();
    try (ImportedNetwork network = ModelFile.of(model, model.weights().file()).open()) {
      assertThat(network.graph().classes()).isEqualTo(5);
    }
  }

  @Test
  void folder_besideADescriptorOfItsName_belongsToIt() throws IOException {
    Path folder = Files.createDirectory(models.resolve("net"));
    copy("timm-resnet", folder);
    assertThat(ModelDescriptors.readFolder(models)).containsOnlyKeys("net");
    Files.writeString(
        models.resolve("net.yml"),
        """
        title: Mine
        architecture: resnet26
        weights: {file: net/model.safetensors, entry: model_ema}
        labels: net/config.json
        preset: {resize: 235, crop: 224, interpolation: bicubic, mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5]}
        license: MIT
        """);

    Map<String, ModelDescriptor> found = ModelDescriptors.readFolder(models);

    assertThat(found.get("net").title()).isEqualTo("Mine");
    assertThat(found.get("net").weights().entry()).isEqualTo("model_ema");
    assertThat(Labels.read(found.get("net").labels(), 5).get(2).name()).isEqualTo("cherry, sweet");
  }

  /** As timm publishes its own: whoever serves it says the labels. */
  @Test
  void folderThatNamesNoLabels_hasNone() throws IOException {
    copy("timm-resnet", models);
    change("config.json", "\"label_names\"", "\"names\"");

    assertThat(ModelFolder.read(models).labels()).isNull();
    assertThat(ModelFolder.read(models).classes()).isEqualTo(5);
    change("config.json", "\"num_classes\": 5", "\"num_classes\": 0");
    assertThat(ModelFolder.read(models).classes()).isNull();
  }

  @Test
  void timmsNetwork_ofOneChannel_isGivenGrey() throws IOException {
    copy("timm-resnet", models);
    change("config.json", "\"channels\": [", "\"in_chans\": 1, \"channels\": [");
    assertThatThrownBy(() -> ModelFolder.read(models))
        .isInstanceOf(DescriptorException.class)
        .hasMessageContaining("pretrained_cfg.mean must be one number, that of grey");

    Path config = models.resolve("config.json");
    Files.writeString(
        config,
        Files.readString(config)
            .replaceFirst("\"mean\": \\[[^\\]]*]", "\"mean\": [0.5]")
            .replaceFirst("\"std\": \\[[^\\]]*]", "\"std\": [0.25, 0.25, 0.25]"));
    ModelDescriptor.Preprocessing preset = ModelFolder.read(models).preset();
    assertThat(preset.square().grey()).isTrue();
    assertThat(preset.normalization())
        .isEqualTo(new Normalization(255, List.of(0.5f), List.of(0.25f)));
  }

  @Test
  void transformersNetwork_ofOneChannel_isGivenGrey() throws IOException {
    copy("hf-resnet-bottleneck", models);
    change("config.json", "\"num_channels\": 3", "\"num_channels\": 1");
    assertThatThrownBy(() -> ModelFolder.read(models))
        .hasMessageContaining("image_mean must be one number");

    Path processor = models.resolve("preprocessor_config.json");
    Files.writeString(
        processor,
        Files.readString(processor)
            .replaceFirst("\"image_mean\": \\[[^\\]]*]", "\"image_mean\": [0.45]")
            .replaceFirst("\"image_std\": \\[[^\\]]*]", "\"image_std\": [0.225]"));
    ModelDescriptor.Preprocessing preset = ModelFolder.read(models).preset();
    assertThat(preset.square().grey()).isTrue();
    assertThat(preset.normalization().mean()).containsExactly(0.45f);
  }

  @Test
  void multiLabelNetwork_hasASigmoid() throws IOException {
    copy("hf-resnet-bottleneck", models);
    change(
        "config.json",
        "\"num_channels\"",
        "\"problem_type\": \"multi_label_classification\", \"num_channels\"");

    assertThat(ModelFolder.read(models).activation()).isEqualTo(Activation.SIGMOID);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "config.json|\"model_type\": \"resnet\"|\"model_type\": \"vit\"|model_type must be resnet or",
        "config.json|\"hidden_act\": \"relu\"|\"hidden_act\": \"gelu\"|hidden_act must be relu",
        "config.json|\"layer_type\": \"bottleneck\"|\"layer_type\": \"x\"|layer_type must be basic",
        "config.json|\"num_channels\": 3|\"num_channels\": 4|num_channels must be a number from 1.0 to 3.0",
        "config.json|\"0\": \"apple\"|\"7\": \"apple\"|'7' is not one of the indexes 0 to 4",
        "config.json|\"num_channels\"|\"problem_type\": \"regression\", \"num_channels\"|problem_type",
        "preprocessor_config.json|\"do_normalize\": true|\"do_normalize\": false|do_normalize must",
        "preprocessor_config.json|\"resample\": 3|\"resample\": 0|resample must be 2",
        "preprocessor_config.json|\"shortest_edge\": 224|\"height\": 224|size must be the shortest",
        "preprocessor_config.json|\"shortest_edge\": 224|\"shortest_edge\": 448|must be below 384",
        "preprocessor_config.json|0.00392156862745098|0.5|rescale_factor must be 1/255",
        "preprocessor_config.json|\"crop_pct\": 0.875|\"crop_pct\": 0.001|crop_pct must be a number",
        "preprocessor_config.json|0.485|null|image_mean must be a number"
      })
  void whatIsNotDoneHere_isRefusedByItsKey(String file, String text, String by, String reason)
      throws IOException {
    copy("hf-resnet-bottleneck", models);
    change(file, text, by);

    assertThatThrownBy(() -> ModelFolder.read(models))
        .isInstanceOf(DescriptorException.class)
        .hasMessageContaining(reason);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "\"crop_mode\": \"center\"|\"crop_mode\": \"squash\"|pretrained_cfg.crop_mode must be center",
        "\"channels\": [|\"act_layer\": [|model_args.act_layer is not read",
        "\"architecture\": \"resnet26\"|\"architecture\": \"vit_base\"|architecture no architecture",
        "\"interpolation\": \"bicubic\"|\"interpolation\": \"nearest\"|interpolation must be",
        "\"pretrained_cfg\": {|\"pretrained\": {|what timm does for this architecture"
      })
  void timmsFolder_thatAsksForMore_isRefusedByItsKey(String text, String by, String reason)
      throws IOException {
    copy("timm-resnet", models);
    change("config.json", text, by);
    if (by.contains("pretrained")) {
      change("config.json", "\"resnet26\"", "\"resnet26.other_tag\"");
    }

    assertThatThrownBy(() -> ModelFolder.read(models))
        .isInstanceOf(DescriptorException.class)
        .hasMessageContaining(reason);
  }

  @Test
  void weights_thatAreNotInOneFile_areRefused() throws IOException {
    copy("timm-resnet", models);
    Files.delete(models.resolve("model.safetensors"));
    assertThatThrownBy(() -> ModelFolder.read(models)).hasMessageContaining("no weights");

    Files.writeString(models.resolve("model.safetensors.index.json"), "{}");
    assertThatThrownBy(() -> ModelFolder.read(models)).hasMessageContaining("in several files");
  }

  @Test
  void config_overTheBounds_isRefused() throws IOException {
    Path config = models.resolve("config.json");
    Files.write(config, new byte[FolderConfig.MAX_BYTES + 1]);
    assertThatThrownBy(() -> ModelFolder.read(models)).hasMessageContaining("at most 8388608");

    Files.writeString(config, "[".repeat(1000));
    assertThatThrownBy(() -> ModelFolder.read(models)).hasMessageContaining("no JSON");
    Files.writeString(config, "[]");
    assertThatThrownBy(() -> ModelFolder.read(models)).hasMessageContaining("no JSON object");
  }

  private void change(String file, String text, String by) throws IOException {
    String before = Files.readString(models.resolve(file));
    assertThat(before).contains(text);
    Files.writeString(models.resolve(file), before.replace(text, by));
  }

  private static void copy(String name, Path target) throws IOException {
    try (var files = Files.list(FOLDERS.resolve(name))) {
      for (Path file : files.toList()) {
        Files.copy(file, target.resolve(file.getFileName().toString()));
      }
    }
  }
}
