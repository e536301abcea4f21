package org.resnetserving.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.resnetserving.RunningServer;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import tools.jackson.databind.JsonNode;

/**
 * Files of other frameworks, named in a descriptor and asked over HTTP: that framework's answers.
 */
@SpringBootTest(
    webEnvironment = WebEnvironment.RANDOM_PORT,
    properties = {"management.server.port=0", "resnet.serving.precision=fp32"})
final class ImportedModelsIT {
  private static final Path IMPORT = Path.of("src/test/resources/golden/import").toAbsolutePath();

  @TempDir private static Path folder;

  private final RunningServer server;

  ImportedModelsIT(@LocalServerPort int port) {
    server = new RunningServer(port);
  }

  /** The file, the side and classes of its network, what is done to the pixels, its answers. */
  enum Imported {
    CAFFE(
        "caffe-resnet50-narrow.caffemodel",
        112,
        10,
        "{like: caffe, resize: 112, crop: 112, std: [64, 64, 64]}",
        "caffe-resnet50-narrow.logits.f32"),
    TORCH7(
        "torch7-resnet20-cifar10.t7",
        32,
        10,
        "{like: torch7, resize: 32, crop: 32, divisor: 1, mean: [125.3, 123, 113.9],"
            + " std: [63, 62.1, 66.7]}",
        "torch7-resnet20-cifar10.logits.f32"),
    KERAS(
        "keras-resnet50-narrow.keras",
        224,
        10,
        "{like: keras, resize: 224, std: [64, 64, 64]}",
        "keras-resnet50-narrow.probabilities.f32"),
    ONNX(
        "onnx-resnet50-narrow-folded.onnx",
        224,
        10,
        "{like: torchvision, resize: 224}",
        "onnx-resnet50-narrow-folded.logits.f32"),
    TORCH_EXPORT(
        "torch-export.pt2", 224, 5, "{like: torchvision, resize: 224}", "torch-export.logits.f32");

    private final String file;
    private final int side;
    private final int classes;
    private final String preset;
    private final String answers;

    Imported(String file, int side, int classes, String preset, String answers) {
      this.file = file;
      this.side = side;
      this.classes = classes;
      this.preset = preset;
      this.answers = answers;
    }

    String model() {
      return name().toLowerCase(Locale.ROOT);
    }

    /** As the file gives them, or the softmax of its logits. */
    double[] probabilities() throws IOException {
      ByteBuffer buffer =
          ByteBuffer.wrap(Files.readAllBytes(IMPORT.resolve(answers)))
              .order(ByteOrder.LITTLE_ENDIAN);
      double[] numbers = new double[classes];
      boolean logits = answers.contains("logits");
      Arrays.setAll(numbers, i -> logits ? Math.exp(buffer.getFloat()) : buffer.getFloat());
      double sum = Arrays.stream(numbers).sum();
      return Arrays.stream(numbers).map(number -> number / sum).toArray();
    }
  }

  @DynamicPropertySource
  static void models(DynamicPropertyRegistry registry) throws IOException {
    Path models = Files.createDirectories(folder.resolve("models"));
    for (Imported imported : Imported.values()) {
      Files.writeString(
          models.resolve(imported.model() + ".txt"),
          IntStream.range(0, imported.classes)
              .mapToObj(i -> "class " + i + "\n")
              .collect(Collectors.joining()));
      Files.writeString(
          models.resolve(imported.model() + ".yml"),
          """
          title: A model of another framework
          weights: {file: '%s'}
          labels: %s.txt
          preset: %s
          license: Apache-2.0
          """
              .formatted(IMPORT.resolve(imported.file), imported.model(), imported.preset));
    }
    registry.add("resnet.models-directory", () -> models);
    registry.add(
        "resnet.models",
        () ->
            Arrays.stream(Imported.values()).map(Imported::model).collect(Collectors.joining(",")));
  }

  @ParameterizedTest
  @EnumSource
  void file_ofAnotherFramework_isServedWithThatFrameworksAnswers(Imported imported)
      throws IOException {
    String address = "/v1/models/" + imported.model();
    server.awaitReady(imported.model());
    JsonNode predictions =
        server
            .form(address + "/classify?top_k=all", "image", picture(imported.side))
            .json()
            .get("predictions");
    double[] expected = imported.probabilities();
    assertThat(predictions).hasSize(expected.length);
    for (JsonNode prediction : predictions) {
      assertThat(Math.log(prediction.get("probability").doubleValue()))
          .isCloseTo(Math.log(expected[prediction.get("index").intValue()]), within(1e-3));
    }
  }

  /** The top left of the first golden input. */
  private static byte[] picture(int side) throws IOException {
    BufferedImage whole =
        ImageIO.read(new ByteArrayInputStream(RunningServer.picture("golden/nets/input-0.png")));
    ByteArrayOutputStream png = new ByteArrayOutputStream();
    ImageIO.write(whole.getSubimage(0, 0, side, side), "png", png);
    return png.toByteArray();
  }
}
