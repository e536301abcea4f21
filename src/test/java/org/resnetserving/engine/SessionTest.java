package org.resnetserving.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.resnetserving.network.Architecture;
import org.resnetserving.network.FormulaWeights;
import org.resnetserving.network.Normalization;
import org.resnetserving.network.ProgramCompiler;
import org.resnetserving.network.ProgramKind;
import org.resnetserving.network.SyntheticGraphs;

class SessionTest {
  private static final int SIDE = 32;

  @TempDir static Path folder;
  private static CompiledModel model;

  @BeforeAll
  static void load() throws IOException {
    Path archive = folder.resolve("resnet20.pt");
    ProgramCompiler.compile(
        Architecture.parse("resnet20-cifar")
            .graph(FormulaWeights.cifar(20, 16, 10), Normalization.IMAGENET),
        ProgramKind.PLAIN,
        SIDE,
        archive);
    model = Engines.engine().load(archive, SIDE, 4);
    Files.delete(archive);
  }

  @AfterAll
  static void close() {
    model.close();
  }

  @Test
  void batch_answersEachPictureAsAlone() {
    try (Session session = model.newSession()) {
      session.warmUp();
      List<Crop> crops = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        crops.add(new Crop(noise(i)));
      }
      List<Inference> together = session.run(crops);

      assertThat(together).hasSize(3);
      for (int i = 0; i < 3; i++) {
        assertThat(together.get(i).logits())
            .containsExactly(session.run(List.of(crops.get(i))).get(0).logits(), within(1e-4f));
      }
      assertThat(together.get(0).logits()).isNotEqualTo(together.get(1).logits());
    }
  }

  @Test
  void answersNotAskedFor_areNotThere() {
    try (Session session = model.newSession()) {
      List<Inference> inferences =
          session.run(
              List.of(
                  new Crop(noise(1)),
                  new Crop(noise(2), true, false),
                  new Crop(noise(3), false, true)));

      assertThat(inferences.get(0).features()).isNull();
      assertThat(inferences.get(0).featureMap()).isNull();
      assertThat(inferences.get(1).features()).hasSize(64);
      assertThat(inferences.get(1).featureMap()).isNull();
      assertThat(inferences.get(2).features()).isNull();
      assertThat(inferences.get(2).featureMap().values()).hasSize(64 * 8 * 8);
    }
  }

  @Test
  void pooledFeatures_areTheMeansOfTheMap() {
    try (Session session = model.newSession()) {
      Inference inference =
          session.run(List.of(new Crop(noise(0)), new Crop(noise(4), true, true))).get(1);

      for (int c = 0; c < 64; c++) {
        double sum = 0;
        for (int i = 0; i < 64; i++) {
          sum += inference.featureMap().values()[c * 64 + i];
        }
        assertThat((double) inference.features()[c]).isCloseTo(sum / 64, within(1e-4));
      }
    }
  }

  @Test
  void tooManyPictures_areRefused() {
    try (Session session = model.newSession()) {
      List<Crop> five = Collections.nCopies(5, new Crop(noise(0)));

      assertThatThrownBy(() -> session.run(five))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("resnet20.pt runs 1 to 4 pictures, not 5");
      assertThatThrownBy(() -> session.run(List.of())).isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void pictureOfAnotherSize_isRefused() {
    try (Session session = model.newSession()) {
      assertThatThrownBy(() -> session.run(List.of(new Crop(new byte[12]))))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("resnet20.pt reads 32×32×3 bytes, not 12");
    }
  }

  @Test
  void failingOp_surfacesTypedAndTheSessionGoesOn() throws IOException {
    Path archive = folder.resolve("failing.pt");
    ProgramCompiler.compile(SyntheticGraphs.failingOver(SIDE), ProgramKind.PLAIN, SIDE, archive);
    try (CompiledModel failing = Engines.engine().load(archive, 2, 1);
        Session session = failing.newSession()) {
      for (int i = 0; i < 2; i++) {
        assertThatThrownBy(() -> session.run(List.of(new Crop(new byte[12]))))
            .isInstanceOf(EngineFailure.class)
            .hasMessageContaining("failing.pt failed on 1 pictures");
      }
    }
  }

  @Test
  void archiveThatIsNone_isRefusedAtLoad() throws IOException {
    Path archive = Files.writeString(folder.resolve("none.pt"), "not a zip");

    assertThatThrownBy(() -> Engines.engine().load(archive, SIDE, 1))
        .isInstanceOf(EngineFailure.class)
        .hasMessageContaining("none.pt");
    assertThatThrownBy(() -> Engines.engine().load(folder.resolve("missing.pt"), 8, 1))
        .isInstanceOf(EngineFailure.class)
        .hasMessageContaining("missing.pt");
  }

  @Test
  void batchesOfNothing_areRefused() {
    assertThatThrownBy(() -> Engines.engine().load(folder.resolve("any.pt"), SIDE, 0))
        .hasMessage("up to 0 pictures of side 32 at once");
  }

  private static byte[] noise(int seed) {
    byte[] pixels = new byte[SIDE * SIDE * 3];
    new Random(seed).nextBytes(pixels);
    return pixels;
  }
}
