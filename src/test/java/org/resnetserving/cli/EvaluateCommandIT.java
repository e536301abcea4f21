package org.resnetserving.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.resnetserving.engine.CpuFeatures;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Counts on pictures of which PyTorch's probabilities are known: golden/models/resnet20-cifar10.
 */
final class EvaluateCommandIT {
  private static final String MODEL = "resnet20-cifar10";
  private static final Path RESOURCES = Path.of("src/test/resources");

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  @TempDir private Path folder;
  private Path pictures;

  @BeforeEach
  void sortPictures() throws IOException {
    pictures = folder.resolve("pictures");
    put("cat", "pictures/cat.jpg"); // 0.88357, the first
    put("automobile", "pictures/espresso.jpg"); // 0.46637, the first
    put("ship", "golden/nets/input-0.png"); // 0.27814, the second after airplane
    put("0", "golden/nets/input-1.png"); // 0.82079, the first
    put("deer", "golden/nets/input-2.png"); // 0.00042, the last
  }

  @Test
  void evaluate_countsAsPyTorchAnswers() throws IOException {
    Files.writeString(pictures.resolve("deer/notes.txt"), "no picture");
    Path json = folder.resolve("e.json");
    Path csv = folder.resolve("e.csv");
    assertThat(run("--precisions=fp32", "--json=" + json, "--csv=" + csv)).isZero();
    assertThat(printed(out))
        .contains("resnet20-cifar10: 6 pictures of 5 classes")
        .containsPattern("fp32 +\\w+ +5 +3 +60\\.00 +23\\.07 to 88\\.24 +4 +80\\.00 ")
        .contains("1  ship → airplane", "1  deer → airplane")
        .contains("1 files have no answer:", "notes.txt")
        .doesNotContain("INFO");
    assertThat(printed(err)).contains("[####", "6 of 6 pictures", "1 without an answer");

    JsonNode evaluation = new JsonMapper().readTree(Files.readString(json));
    JsonNode fp32 = evaluation.at("/precisions/0");
    double loss = 0;
    for (double probability : new double[] {0.88357, 0.46637, 0.27814, 0.82079, 0.00042}) {
      loss -= Math.log(probability) / 5;
    }
    assertThat(fp32.get("log_loss").doubleValue()).isCloseTo(loss, within(0.01));
    assertThat(fp32.at("/top1/pictures").intValue()).isEqualTo(3);
    assertThat(evaluation.at("/unanswered/0/problem").stringValue()).isEqualTo("image-unsupported");
    assertThat(Files.readAllLines(csv))
        .hasSize(6)
        .startsWith("computed_in,label,index,wnid,pictures,right,answers,recall,precision")
        .contains("fp32,airplane,0,,1,1,3,1.0,0.3333333333333333", "fp32,ship,8,,1,0,0,0.0,");
  }

  @Test
  void evaluate_inAnotherPrecision_comparesPicturesInPairs() {
    int status = run("--precisions=fp32,bf16");
    if (CpuFeatures.has("avx512bw")) { // oneDNN has bfloat16 on other processors, too.
      assertThat(status).isZero();
    }
    assertThat(printed(out))
        .containsPattern(
            status == Commands.DONE
                ? "bf16 +5 +100\\.00 +56\\.55 to 100\\.00 +0 +0 +\\+0\\.00 "
                : "bf16 was not measured");
  }

  @Test
  void evaluate_ofWhatIsNoClass_orNoPicture_fails() throws IOException {
    Files.move(pictures.resolve("cat"), pictures.resolve("cats"));
    assertThat(run("--precisions=fp32")).isOne();
    assertThat(printed(err)).contains("cats is named as no class", "the nearest are cat");

    pictures = folder.resolve("others");
    Files.createDirectories(pictures.resolve("cat"));
    Files.writeString(pictures.resolve("cat/notes.txt"), "no picture");
    assertThat(run("--precisions=fp32")).isOne();
    assertThat(printed(err)).contains("none of the 1 files", "notes.txt");
  }

  @Test
  void calibrate_ofLabelledFolders_saysATemperatureThatHelps() throws IOException {
    try (Stream<Path> files = Files.walk(pictures)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        for (int i = 1; i < 20; i++) {
          Files.copy(file, file.resolveSibling(i + "-" + file.getFileName()));
        }
      }
    }
    String[] arguments = {
      "models",
      "calibrate",
      MODEL,
      pictures.toString(),
      "--resnet.cache-directory=" + folder.resolve("cache"),
      "--resnet.native-directory=target/natives"
    };
    new Commands(stream(out), stream(err)).run(arguments); // int8 does not suit every processor.
    Matcher said =
        Pattern.compile(
                "temperature ([0-9.]+), fitted on 50 pictures in fp32\\. On 50 others:\\R"
                    + ".*1\\.000: log loss ([0-9.]+), .*\\R.*: log loss ([0-9.]+)")
            .matcher(printed(out));
    assertThat(said.find()).as(printed(out) + printed(err)).isTrue();
    assertThat(Double.parseDouble(said.group(1))).isGreaterThan(1);
    assertThat(Double.parseDouble(said.group(3))).isLessThan(Double.parseDouble(said.group(2)));
  }

  @Test
  void evaluate_misused_saysHow() {
    assertThat(run("--precisions=fp31")).isEqualTo(Commands.MISUSED);
    assertThat(run("--resnet.serving.precision=fp32")).isEqualTo(Commands.MISUSED);
    assertThat(printed(err)).contains("--precisions says it");
  }

  private void put(String label, String picture) throws IOException {
    Path source = RESOURCES.resolve(picture);
    Path of = Files.createDirectories(pictures.resolve(label));
    Files.copy(source, of.resolve(source.getFileName()));
  }

  private int run(String... options) {
    List<String> arguments = new ArrayList<>(List.of("models", "evaluate", MODEL));
    arguments.add(pictures.toString());
    arguments.addAll(List.of(options));
    return new Commands(stream(out), stream(err))
        .run(arguments.toArray(String[]::new))
        .orElseThrow();
  }

  private static PrintStream stream(ByteArrayOutputStream bytes) {
    return new PrintStream(bytes, true, StandardCharsets.UTF_8);
  }

  private static String printed(ByteArrayOutputStream stream) {
    return stream.toString(StandardCharsets.UTF_8);
  }
}
