package org.resnetserving.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.resnetserving.image.DecodeMode;
import org.resnetserving.image.ImageLimits;
import org.resnetserving.image.Interpolation;
import org.resnetserving.image.NativeImageLibrary;
import org.resnetserving.image.Picture;
import org.resnetserving.image.PictureDecoder;
import org.resnetserving.image.Preset;
import org.resnetserving.network.Architecture;
import org.resnetserving.network.Normalization;
import org.resnetserving.network.ProgramCompiler;
import org.resnetserving.network.ProgramKind;
import org.resnetserving.weights.StateDict;
import org.resnetserving.weights.WeightFiles;

/** What a trained network makes of a photograph that was decoded at a part of its size. */
class FastDecodeTest {
  private static final int SIDE = 224;

  @TempDir Path folder;

  @Test
  void photographOf12Megapixels_isTheSameDecodedFast() throws Exception {
    byte[] photograph =
        Files.readAllBytes(Path.of("src/test/resources/golden/preprocess/phone-4000x3000.jpg"));
    Path archive = folder.resolve("resnet50.pt");
    try (StateDict weights =
        WeightFiles.open(
            Path.of("models/resnet50-tiny-imagenet/resnet50-tiny-imagenet.safetensors"))) {
      ProgramCompiler.compile(
          Architecture.parse("resnet50").graph(weights, Normalization.IMAGENET),
          ProgramKind.PLAIN,
          SIDE,
          archive);
    }
    try (CompiledModel model = Engines.engine().load(archive, SIDE, 2);
        Session session = model.newSession()) {
      List<Inference> answers =
          session.run(
              List.of(crop(photograph, DecodeMode.EXACT), crop(photograph, DecodeMode.FAST)));

      assertThat(first(answers.get(1))).isEqualTo(first(answers.get(0)));
      assertThat(answers.get(1).logits()).isNotEqualTo(answers.get(0).logits());
    }
  }

  private static Crop crop(byte[] file, DecodeMode mode) {
    PictureDecoder decoder =
        new PictureDecoder(
            NativeImageLibrary.load(Path.of("target", "natives").toAbsolutePath()), mode);
    return new Crop(
        decoder.crop(
            Picture.read(file, ImageLimits.DEFAULT),
            new Preset(256, SIDE, Interpolation.BILINEAR)));
  }

  private static int first(Inference answer) {
    float[] logits = answer.logits();
    int best = 0;
    for (int i = 1; i < logits.length; i++) {
      best = logits[i] > logits[best] ? i : best;
    }
    return best;
  }
}
