package org.resnetserving.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.resnetserving.image.DecodeMode;
import org.resnetserving.image.ImageLimits;
import org.resnetserving.image.NativeImageLibrary;
import org.resnetserving.image.Picture;
import org.resnetserving.image.PictureDecoder;
import org.resnetserving.image.Preset;
import org.resnetserving.models.ModelDescriptor;
import org.resnetserving.models.ModelDescriptors;
import org.resnetserving.models.ModelFile;
import org.resnetserving.network.ImportedNetwork;
import org.resnetserving.network.ProgramCompiler;
import org.resnetserving.network.ProgramKind;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Folders that timm and transformers saved answer about photographs what these libraries answer.
 */
class GoldenFoldersTest {
  private static final Path FOLDERS = Path.of("src/test/resources/golden/folders");

  @TempDir private Path folder;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "hf-resnet-basic",
        "hf-resnet-bottleneck",
        "timm-resnet",
        "timm-resnetd",
        "timm-wrapper",
        "timm-grey"
      })
  void folder_givesTheLibrarysLogits(String name) throws Exception {
    ModelDescriptor model = ModelDescriptors.readFolder(FOLDERS).get(name);
    JsonNode golden =
        JsonMapper.shared().readTree(Files.readString(FOLDERS.resolve("folders.json"))).get(name);
    Preset preset = model.preset().square();
    Path archive = folder.resolve("net.pt");
    try (ImportedNetwork network = ModelFile.of(model, model.weights().file()).open()) {
      ProgramCompiler.compile(network.graph(), ProgramKind.PLAIN, preset.crop(), archive);
    }
    try (CompiledModel compiled = Engines.engine().load(archive, preset.crop(), 2);
        Session session = compiled.newSession()) {
      List<Inference> answers =
          session.run(List.of(crop("espresso.jpg", preset), crop("cat.jpg", preset)));
      for (int picture = 0; picture < 2; picture++) {
        JsonNode expected = golden.get("logits").get(picture);
        double spread = spread(expected);
        for (int i = 0; i < expected.size(); i++) {
          assertThat((double) answers.get(picture).logits()[i])
              .as("%s, picture %d, class %d", name, picture, i)
              .isCloseTo(expected.get(i).doubleValue(), within(1e-3 * spread));
        }
      }
    }
  }

  private static double spread(JsonNode logits) {
    double least = Double.POSITIVE_INFINITY;
    double most = Double.NEGATIVE_INFINITY;
    for (JsonNode logit : logits) {
      least = Math.min(least, logit.doubleValue());
      most = Math.max(most, logit.doubleValue());
    }
    return most - least;
  }

  private static Crop crop(String picture, Preset preset) throws Exception {
    PictureDecoder decoder =
        new PictureDecoder(
            NativeImageLibrary.load(Path.of("target", "natives").toAbsolutePath()),
            DecodeMode.EXACT);
    byte[] file = Files.readAllBytes(Path.of("src/test/resources/pictures").resolve(picture));
    return new Crop(decoder.crop(Picture.read(file, ImageLimits.DEFAULT), preset));
  }
}
