package org.resnetserving.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.resnetserving.download.Downloader;
import org.resnetserving.download.MisbehavingServer;
import org.resnetserving.engine.CpuFeatures;

/** The command line as its user sees it: what it prints, where, and its exit status. */
final class ModelsCommandTest {
  private static final Path WEIGHTS =
      Path.of("models/resnet20-cifar10/resnet20-cifar10.safetensors");

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private final MisbehavingServer host = new MisbehavingServer();

  @TempDir private Path folder;

  @BeforeEach
  void describeModels() throws IOException {
    Files.copy(Path.of("models/resnet20-cifar10/labels.txt"), folder.resolve("labels.txt"));
    Files.copy(WEIGHTS, folder.resolve("own.safetensors"));
    describe("own", "{file: own.safetensors}");
    describe(
        "remote",
        "{sources: [{url: '%s', file: remote.safetensors, sha256: %s}]}"
            .formatted(host.url("/remote.safetensors"), Downloader.identify(WEIGHTS).sha256()));
    host.on("/remote.safetensors", MisbehavingServer.serves(Files.readAllBytes(WEIGHTS), "\"1\""));
  }

  @AfterEach
  void closeHost() {
    host.close();
  }

  @Test
  void list_tellsEachModelAndWhereItsWeightsAre() {
    assertThat(run("models", "list")).isZero();
    assertThat(printed(out).lines())
        .hasSize(2)
        .anyMatch(line -> line.matches("own +A small network +.*own\\.safetensors"))
        .anyMatch(line -> line.matches("remote +A small network +to be fetched"));
    assertThat(host.requests()).isEmpty();
  }

  @Test
  void pull_bringsTheWeightsIntoTheCache_once() {
    assertThat(run("models", "pull", "remote")).isZero();
    assertThat(run("models", "pull", "remote")).isZero();
    Path fetched = folder.resolve("cache/weights/remote.safetensors");
    assertThat(printed(out)).contains("remote: " + fetched);
    assertThat(fetched).hasSameBinaryContentAs(WEIGHTS);
    assertThat(host.requests()).hasSize(1);
  }

  @Test
  void pull_offline_saysWhichFileToPutWhere() {
    assertThat(run("models", "pull", "remote", "--resnet.download.offline=true")).isOne();
    assertThat(printed(err))
        .contains("offline")
        .contains(folder.resolve("cache/weights/remote.safetensors").toString())
        .contains(host.url("/remote.safetensors").toString());
    assertThat(host.requests()).isEmpty();
  }

  @Test
  void pull_ofWhatIsNotDescribed_namesWhatIs() {
    assertThat(run("models", "pull", "resnet5")).isEqualTo(Commands.MISUSED);
    assertThat(printed(err)).contains("no model 'resnet5'; there are own, remote");
  }

  @Test
  void verify_ofAllModels_passesOverThoseThatAreNotHere() {
    assertThat(run("models", "verify")).isZero();
    assertThat(printed(out))
        .contains("own: readable, but not verified")
        .contains("remote: not here");
  }

  @Test
  void verify_ofAMissingModelByName_fails() {
    assertThat(run("models", "verify", "remote")).isOne();
    assertThat(printed(out)).contains("remote: not here");
  }

  @Test
  void verify_ofAnotherFileThanExpected_tellsBothDigests() throws IOException {
    describe(
        "own",
        "{file: own.safetensors, sha256: %s}".formatted(Downloader.identify(WEIGHTS).sha256()));
    assertThat(run("models", "verify", "own")).isZero();
    Files.copy(
        folder.resolve("labels.txt"),
        folder.resolve("own.safetensors"),
        StandardCopyOption.REPLACE_EXISTING);
    assertThat(run("models", "verify", "own")).isOne();
    assertThat(printed(err))
        .contains("not the expected file")
        .contains(Downloader.identify(WEIGHTS).sha256())
        .contains(Downloader.identify(folder.resolve("labels.txt")).sha256());
  }

  @Test
  void verify_ofAFilePutByHandThatIsNotTheOneToBeFetched_fails() throws IOException {
    Path put = folder.resolve("remote.safetensors");
    Files.copy(folder.resolve("labels.txt"), put);
    assertThat(run("models", "verify")).isOne();
    assertThat(printed(err)).contains("remote: " + put + " is not the expected file");

    Files.copy(WEIGHTS, put, StandardCopyOption.REPLACE_EXISTING);
    assertThat(run("models", "verify", "remote")).isZero();
    assertThat(printed(out)).contains("remote: good (" + put + ")");
  }

  @Test
  void verify_ofAFileThatOnlyTheServerKnowsTheHashOf_doesNotCallItGood() throws IOException {
    describe(
        "remote",
        "{sources: [{url: 'https://hub.example/remote.safetensors', checksum: linked_etag}]}");
    Files.copy(WEIGHTS, folder.resolve("remote.safetensors"));
    assertThat(run("models", "verify", "remote")).isZero();
    assertThat(printed(out)).contains("remote: readable, but not verified");
  }

  @Test
  void verify_ofAFileThatCannotBeServed_saysWhatItIs() throws IOException {
    describe("own", "{file: resnet18-5c106cde.pth}");
    byte[] tar = new byte[1024];
    System.arraycopy("ustar".getBytes(StandardCharsets.US_ASCII), 0, tar, 257, 5);
    Path file = Files.write(folder.resolve("resnet18-5c106cde.pth"), tar);
    assertThat(run("models", "verify")).isOne();
    assertThat(printed(err)).contains("torchvision replaced it with resnet18-f37072fd.pth");
    Files.writeString(file, "<html>Please log in</html>");
    assertThat(run("models", "verify")).isOne();
    assertThat(printed(err)).contains("is HTML or XML");
    Files.copy(
        Path.of("src/test/resources/traced/tiny.pt.gz"), file, StandardCopyOption.REPLACE_EXISTING);
    assertThat(run("models", "verify")).isOne();
    assertThat(printed(err)).contains("must say architecture: torchscript");
  }

  @Test
  void verify_ofATruncatedFile_fails() throws IOException {
    byte[] whole = Files.readAllBytes(WEIGHTS);
    Files.write(folder.resolve("own.safetensors"), Arrays.copyOf(whole, whole.length - 1));
    assertThat(run("models", "verify", "own")).isOne();
    assertThat(printed(err)).contains("own:").contains("own.safetensors");
  }

  @Test
  void repository_isListedPulledAndVerified() throws IOException {
    Path repository = Path.of("src/test/resources/golden/folders/hf-resnet-bottleneck");
    for (String file : List.of("config.json", "preprocessor_config.json", "model.safetensors")) {
      host.on(
          "/someone/a-resnet/resolve/v1/" + file,
          MisbehavingServer.serves(Files.readAllBytes(repository.resolve(file)), "\"1\""));
    }
    Files.writeString(folder.resolve("hub.yml"), "weights: hf://someone/a-resnet@v1\n");
    String endpoint = "--resnet.download.hugging-face-endpoint=" + host.url("/");
    Path weights = folder.resolve("cache/weights/hf--someone--a-resnet@v1/model.safetensors");

    assertThat(run("models", "list", endpoint)).isZero();
    assertThat(printed(out)).containsPattern("hub +hf://someone/a-resnet@v1 +to be fetched");
    assertThat(run("models", "pull", "hub", endpoint)).isZero();
    assertThat(printed(out)).contains("hub: " + weights);
    assertThat(run("models", "verify", "hub", "--resnet.download.offline=true")).isZero();
    assertThat(printed(out))
        .contains("hub: readable, but not verified: no SHA-256 is known (" + weights + ")")
        .contains("resnet-bottleneck-1-2-1-1");
  }

  @Test
  void repository_ofWhichAFileIsMissing_isNotPulled() throws IOException {
    Files.writeString(folder.resolve("hub.yml"), "weights: hf://someone/a-resnet\n");
    String endpoint = "--resnet.download.hugging-face-endpoint=" + host.url("");

    assertThat(run("models", "pull", "hub", endpoint)).isOne();
    assertThat(printed(err)).contains("resolve/main/config.json: no such file (HTTP 404)");
  }

  @Test
  void calibrate_keepsRangesForTheNextStart() throws IOException {
    assumeTrue(CpuFeatures.has("avx512_vnni") || CpuFeatures.has("avx_vnni"));
    assertThat(
            run(
                "models",
                "calibrate",
                "own",
                "src/test/resources/pillow",
                "--resnet.native-directory=target/natives"))
        .isZero();
    assertThat(printed(out)).contains("own: of ").contains("The better ranges are kept in");
    Path kept =
        folder.resolve("cache/calibrations/" + Downloader.identify(WEIGHTS).sha256() + ".tsv");
    // 19 convolutions and a fully connected layer are the 20 of its name.
    assertThat(Files.readAllLines(kept))
        .hasSize(19)
        .allMatch(line -> line.matches("\\S+\t-?[0-9.E-]+\t[0-9.E-]+"));
  }

  @Test
  void calibrate_withTooFewPictures_isRefused() throws IOException {
    Path few = Files.createDirectory(folder.resolve("few"));
    Files.copy(Path.of("src/test/resources/pictures/cat.jpg"), few.resolve("cat.jpg"));
    Files.writeString(few.resolve("notes.txt"), "no picture");
    String natives = "--resnet.native-directory=target/natives";
    assertThat(run("models", "calibrate", "own", few.toString(), natives)).isOne();
    assertThat(printed(err))
        .contains("notes.txt")
        .contains(few + " has 1 pictures that can be read; calibrating wants 32 or more");
    assertThat(run("models", "calibrate", "own")).isEqualTo(Commands.MISUSED);
    assertThat(run("models", "calibrate", "remote", few.toString(), natives)).isOne();
    assertThat(printed(err)).contains("models pull remote");
  }

  @Test
  void wordsThatAreNoCommand_areToldTheCommands() {
    assertThat(run("models")).isEqualTo(Commands.MISUSED);
    assertThat(run("models", "fetch")).isEqualTo(Commands.MISUSED);
    assertThat(printed(err)).contains("models pull NAME...");
    assertThat(Commands.standard().run("--server.port=1")).isEmpty();
    assertThat(Commands.standard().run()).isEmpty();
  }

  private int run(String... arguments) {
    List<String> all = new ArrayList<>(Arrays.asList(arguments));
    all.add("--resnet.models-directory=" + folder);
    all.add("--resnet.cache-directory=" + folder.resolve("cache"));
    PrintStream prints = new PrintStream(out, true, StandardCharsets.UTF_8);
    PrintStream complains = new PrintStream(err, true, StandardCharsets.UTF_8);
    return new Commands(prints, complains).run(all.toArray(String[]::new)).orElseThrow();
  }

  private static String printed(ByteArrayOutputStream stream) {
    return stream.toString(StandardCharsets.UTF_8);
  }

  private void describe(String name, String weights) throws IOException {
    Files.writeString(
        folder.resolve(name + ".yml"),
        """
        title: A small network
        architecture: resnet20-cifar
        weights: %s
        labels: labels.txt
        preset: {resize: 32, crop: 32, interpolation: bilinear, mean: [0.4914, 0.4822, 0.4465], std: [0.247, 0.2435, 0.2616]}
        license: Apache-2.0
        """
            .formatted(weights));
  }
}
