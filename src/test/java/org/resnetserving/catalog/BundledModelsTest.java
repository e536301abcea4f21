package org.resnetserving.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.resnetserving.image.Interpolation;
import org.resnetserving.models.Label;
import org.resnetserving.models.Labels;
import org.resnetserving.models.ModelDescriptor;
import org.resnetserving.models.ModelDescriptors;

final class BundledModelsTest {
  private static final Map<String, ModelDescriptor> MODELS =
      ModelDescriptors.readFolder(Path.of("models"));

  static Iterable<ModelDescriptor> models() {
    return MODELS.values();
  }

  @Test
  void models_areTheBundledAndThePublished() {
    assertThat(MODELS.keySet())
        .containsExactlyInAnyOrder(
            "ecaresnet269d-ra2-352",
            "ecaresnet50t-ra2-320",
            "resnet101",
            "resnet101-a1h-288",
            "resnet101-v1",
            "resnet152",
            "resnet152-a1h-288",
            "resnet152-v1",
            "resnet18",
            "resnet20-cifar10",
            "resnet200d-ra2-320",
            "resnet34",
            "resnet50",
            "resnet50-a1-288",
            "resnet50-tiny-imagenet",
            "resnet50-v1",
            "resnet50d-ra4-288",
            "resnetaa101d-in12k-288",
            "resnetaa50d-in12k-288",
            "resnext101-32x8d",
            "resnext101-32x8d-v1",
            "resnext101-64x4d",
            "resnext50-32x4d",
            "resnext50-32x4d-v1",
            "seresnet50-ra2-288",
            "seresnext50-32x4d-racm-288",
            "seresnextaa101d-32x8d-in12k-320",
            "seresnextaa201d-32x8d-in12k-384",
            "wide-resnet101-2",
            "wide-resnet101-2-v1",
            "wide-resnet50-2",
            "wide-resnet50-2-v1");
  }

  @ParameterizedTest
  @MethodSource("models")
  void model_hasALabelForEveryClass(ModelDescriptor model) {
    assertThat(model.classes()).isNotNull();
    assertThat(Labels.read(model.labels(), model.classes()).size()).isEqualTo(model.classes());
  }

  @ParameterizedTest
  @MethodSource("models")
  void model_saysWhatItMayBeUsedForAndHowGoodItIs(ModelDescriptor model) {
    assertThat(model.license()).isNotBlank();
    assertThat(model.accuracy()).isNotNull();
    assertThat(model.preset().side()).isLessThanOrEqualTo(model.preset().square().resize());
  }

  @ParameterizedTest
  @MethodSource("models")
  void bundledWeights_haveTheirHash(ModelDescriptor model) throws Exception {
    if (model.weights().file() == null) {
      assertThat(model.weights().sources()).isNotEmpty();
      return;
    }
    byte[] weights = Files.readAllBytes(model.weights().file());
    byte[] hash = MessageDigest.getInstance("SHA-256").digest(weights);
    assertThat(HexFormat.of().formatHex(hash)).isEqualTo(model.weights().sha256());
  }

  @ParameterizedTest
  @MethodSource("models")
  void pytorchFileNames_beginTheirHash(ModelDescriptor model) {
    for (ModelDescriptor.RemoteFile source : model.weights().sources()) {
      if (source.file().endsWith(".pth")) {
        String digits = source.file().replaceAll(".*-([0-9a-f]{8})\\.pth", "$1");
        String hash = source.sha256() == null ? source.sha256Prefix() : source.sha256();
        assertThat(hash).startsWith(digits);
      }
    }
  }

  @Test
  void resnet50_isTorchvisionsFileThenTimms() {
    ModelDescriptor model = MODELS.get("resnet50");
    assertThat(model.weights().sources())
        .extracting(ModelDescriptor.RemoteFile::file)
        .containsExactly("resnet50-11ad3fa6.pth", "resnet50.tv2_in1k.safetensors");
    assertThat(model.weights().sources())
        .extracting(ModelDescriptor.RemoteFile::linkedEtag)
        .containsExactly(false, true);
    assertThat(model.preset().square().resize()).isEqualTo(232);
    assertThat(model.preset().square().interpolation()).isEqualTo(Interpolation.BILINEAR);
  }

  @Test
  void tinyImagenetLabels_areInOrder() {
    ModelDescriptor model = MODELS.get("resnet50-tiny-imagenet");
    Labels labels = Labels.read(model.labels(), 200);
    assertThat(labels.get(0)).isEqualTo(new Label(0, "goldfish", "n01443537"));
    assertThat(model.accuracy().top1()).isEqualTo(40.91);
    assertThat(model.accuracy().top5()).isEqualTo(67.74);
  }
}
