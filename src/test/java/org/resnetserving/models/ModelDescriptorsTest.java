package org.resnetserving.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.resnetserving.image.DecodeMode;
import org.resnetserving.image.Interpolation;
import org.resnetserving.image.Preset;
import org.resnetserving.image.ResizeMode;
import org.resnetserving.network.Activation;
import org.resnetserving.network.ChannelOrder;
import org.resnetserving.network.Normalization;

final class ModelDescriptorsTest {
  private static final String SHA256 = "0123456789abcdef".repeat(4);
  private static final String DOCUMENT =
      """
      name: net
      title: A net
      architecture: resnet18
      classes: 10
      weights:
        file: net/weights.pth
        sha256: %s
        sources:
          - url: https://models.example.org/some/net-01234567.pth
            sha256_prefix: 01234567
            size: 46830571
          - url: https://hub.example.org/net/model.safetensors?download=true
            file: net.safetensors
            checksum: linked_etag
      labels: ../labels.txt
      preset:
        resize: 256
        crop: 224
        interpolation: bicubic
        mean: [0.485, 0.456, 0.406]
        std: [0.229, 0.224, 1]
      license: MIT
      accuracy:
        dataset: Some pictures
        pictures: 100
        top1: 50
        top5: 90.5
      serving:
        workers: 2
        max_batch: 4
        queue: 100
        deadline: 1500ms
        precision: bf16
        decode: fast
      int8_checked: true
      unsure_below: 0.4
      temperature: 1.25
      """
          .formatted(SHA256);

  @TempDir Path folder;

  @Test
  void document_isRead() throws IOException {
    ModelDescriptor model = read(DOCUMENT);
    assertThat(model.name()).isEqualTo("net");
    assertThat(model.title()).isEqualTo("A net");
    assertThat(model.description()).isNull();
    assertThat(model.architecture()).isEqualTo("resnet18");
    assertThat(model.classes()).isEqualTo(10);
    assertThat(model.weights().file()).isEqualTo(folder.resolve("net/weights.pth"));
    assertThat(model.weights().sha256()).isEqualTo(SHA256);
    assertThat(model.weights().sources())
        .containsExactly(
            new ModelDescriptor.RemoteFile(
                URI.create("https://models.example.org/some/net-01234567.pth"),
                "net-01234567.pth",
                null,
                "01234567",
                false,
                46830571L),
            new ModelDescriptor.RemoteFile(
                URI.create("https://hub.example.org/net/model.safetensors?download=true"),
                "net.safetensors",
                null,
                null,
                true,
                null));
    assertThat(model.labels()).isEqualTo(folder.resolveSibling("labels.txt"));
    assertThat(model.preset())
        .isEqualTo(
            new ModelDescriptor.Preprocessing(
                new Preset(256, 224, Interpolation.BICUBIC),
                new Normalization(
                    255, List.of(0.485f, 0.456f, 0.406f), List.of(0.229f, 0.224f, 1.0f))));
    assertThat(model.accuracy())
        .isEqualTo(new ModelDescriptor.Accuracy("Some pictures", 100, 50, 90.5, null));
    assertThat(model.unsureBelow()).isEqualTo(0.4);
    assertThat(model.temperature()).isEqualTo(1.25);
    assertThat(model.serving())
        .isEqualTo(
            new ModelDescriptor.Serving(
                2,
                4,
                100,
                Duration.ofMillis(1500),
                ModelDescriptor.Precision.BF16,
                DecodeMode.FAST));
    assertThat(model.int8Checked()).isTrue();
  }

  @Test
  void preset_byName_isThatOfWhereTheNetworkComesFrom() throws IOException {
    ModelDescriptor model = read(described("preset: caffe"));
    assertThat(model.architecture()).isNull();
    assertThat(model.preset())
        .isEqualTo(
            new ModelDescriptor.Preprocessing(
                new Preset(256, 224, Interpolation.BILINEAR),
                new Normalization(
                    1, List.of(104f, 117f, 123f), List.of(1f, 1f, 1f), ChannelOrder.BGR)));
    assertThat(read(described("preset: keras-v2")).preset().normalization().apply(255, 0))
        .isEqualTo(1f);
    Preset torch7 = read(described("preset: torch7")).preset().square();
    assertThat(torch7.interpolation()).isEqualTo(Interpolation.BICUBIC);
    assertThat(torch7.mode()).isEqualTo(ResizeMode.SHORTEST_LATE);
  }

  @Test
  void preset_likeANamedOne_saysOnlyWhatDiffers() throws IOException {
    ModelDescriptor.Preprocessing preset =
        read(described("preset: {like: caffe, resize: 256, crop: 256, channels: rgb}")).preset();
    assertThat(preset.square()).isEqualTo(new Preset(256, 256, Interpolation.BILINEAR));
    assertThat(preset.normalization())
        .isEqualTo(new Normalization(1, List.of(104f, 117f, 123f), List.of(1f, 1f, 1f)));
  }

  @Test
  void preset_ofNoName_isToldTheNames() throws IOException {
    assertMistake(described("preset: pytorch"), 4, "torchvision, caffe, torch7, keras, keras_v2");
    assertMistake(described("preset: {like: caffe, crop: 300}"), 4, "at most preset.resize, 256");
  }

  @Test
  void preset_ofAGreyNetwork_hasOneMean() throws IOException {
    ModelDescriptor.Preprocessing preset =
        read(described("preset: {like: torchvision, channels: grey, mean: [0.5], std: [0.25]}"))
            .preset();
    assertThat(preset.square().grey()).isTrue();
    assertThat(preset.normalization().channels()).isEqualTo(1);
    assertMistake(described("preset: {like: torchvision, channels: grey}"), 4, "mean");
    assertMistake(
        described("preset: {like: torchvision, channels: grey, mean: [0.5, 1, 1], std: [1]}"),
        4,
        "mean");
  }

  @Test
  void preset_thatDoesNotCut_needsNoResize() throws IOException {
    Preset squash =
        read(described("preset: {like: torchvision, mode: squash, crop: 300}")).preset().square();
    assertThat(squash.mode()).isEqualTo(ResizeMode.SQUASH);
    assertThat(squash.crop()).isEqualTo(300);
    assertThat(
            read(described("preset: {like: keras, mode: letterbox, padding: 128}"))
                .preset()
                .square()
                .padding())
        .isEqualTo(128);
    assertMistake(
        described("preset: {like: torchvision, padding: 3}"), 4, "belongs to mode: letterbox");
  }

  @Test
  void activation_isRead() throws IOException {
    assertThat(read(described("preset: caffe")).activation()).isNull();
    assertThat(read(described("preset: caffe\nactivation: sigmoid")).activation())
        .isEqualTo(Activation.SIGMOID);
  }

  @Test
  void minProbability_isOneNumber_orOneForEachOfSomeLabels() throws IOException {
    Labels labels = labels("fly agaric", "penny bun", "penny bun", "death cap");
    assertThat(read(described("preset: caffe")).thresholds()).isEqualTo(Thresholds.NONE);
    assertThat(thresholds("min_probability: 0.4", labels)).containsExactly(0.4, 0.4, 0.4, 0.4);
    assertThat(thresholds("min_probability: {death cap: 0.05, penny bun: 1}", labels))
        .containsExactly(0.0, 1.0, 1.0, 0.05);
  }

  @Test
  void minProbability_ofNoLabel_isToldTheNearestOnes() throws IOException {
    Labels labels = labels("fly agaric", "penny bun", "death cap", "field mushroom");
    assertThatThrownBy(() -> thresholds("min_probability: {dead cap: 0.05}", labels))
        .isInstanceOf(DescriptorException.class)
        .hasMessageContaining("net.yml, line 4: min_probability names 'dead cap'")
        .hasMessageContaining("the nearest are death cap,");
  }

  @Test
  void minProbability_outOfBounds_isRefused() throws IOException {
    assertMistake(described("preset: caffe\nmin_probability: 1.1"), 5, "from 0.0 to 1.0");
    assertMistake(described("preset: caffe\nmin_probability: {a: -0.1}"), 5, "min_probability.a");
    assertMistake(described("preset: caffe\nmin_probability: {a: much}"), 5, "from 0.0 to 1.0");
    assertMistake(described("preset: caffe\nmin_probability: [1]"), 5, "or labels with numbers");
    assertMistake(
        described("preset: caffe\nmin_probability: {a: 0.1, a: 0.2}"), 5, "names 'a' twice");
    assertMistake(
        described("preset: caffe\nactivation: none\nmin_probability: 0.5"),
        6,
        "with activation: none there are none");
  }

  private List<Double> thresholds(String line, Labels labels) throws IOException {
    ModelDescriptor model = read(described(line + "\npreset: caffe\nactivation: sigmoid"));
    return model.thresholds().of(labels, model.file());
  }

  private Labels labels(String... names) throws IOException {
    return Labels.read(Files.write(folder.resolve("labels.txt"), List.of(names)), null);
  }

  private static String described(String lines) {
    return """
        title: A net
        weights: {file: net.caffemodel}
        labels: labels.txt
        %s
        license: MIT
        """
        .formatted(lines);
  }

  @Test
  void document_withoutOptionalParts_isRead() throws IOException {
    ModelDescriptor model =
        read(
            """
            title: A net
            architecture: resnet18
            weights: {file: net.pth}
            labels: labels.txt
            preset: {resize: 32, crop: 32, interpolation: bilinear, mean: [0, 0, 0], std: [1, 1, 1]}
            license: MIT
            """);
    assertThat(model.name()).isEqualTo("net");
    assertThat(model.classes()).isNull();
    assertThat(model.accuracy()).isNull();
    assertThat(model.serving().deadline()).isNull();
    assertThat(model.int8Checked()).isFalse();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          weights: hf://owner          | weights must be hf://owner/name or hf://owner/name@revision
          weights: hf://owner/name@    | weights must be hf://owner/name or
          weights: hf://owner/../name  | weights must be hf://owner/name or
          weights: hf://o/n@a/../b     | weights must be hf://owner/name or
          weights: hf://o/n@a%2Fb      | weights must be hf://owner/name or
          weights: https://o/n         | weights must be hf://owner/name or
          weights: {repository: 'hf://o/n', file: x} | stands instead of weights.file
          """)
  void repository_thatIsNone_isRefused(String yaml, String reason) throws IOException {
    Path file = Files.writeString(folder.resolve("net.yml"), yaml);
    assertThatThrownBy(() -> ModelDescriptors.read(file))
        .isInstanceOf(DescriptorException.class)
        .hasMessageContaining(reason);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          name: net           | name: other           | 1  | name must be the file's name, 'net', it is 'other'
          title: A net        | titel: A net          | 2  | unknown key titel; did you mean title? Allowed: name, title
          title: A net        | frobnicate: A net     | 2  | unknown key frobnicate; allowed: name, title, description
          title: A net        | description: A net    | 1  | title is missing
          title: A net        | name: net             | 2  | name is there twice, first at line 1
          title: A net        | title: [A, net]       | 2  | title must be a single value, it is a list
          title: A net        | title:                | 2  | title must be a single value, it is empty
          title: A net        | title: !!java.net.URL x | 2 | the YAML is refused: Global tag is not allowed
          classes: 10         | classes: ten          | 4  | classes must be a whole number from 1 to 100000, it is 'ten'
          classes: 10         | classes: 0            | 4  | classes must be a whole number from 1 to 100000, it is 0
          classes: 10         | classes: 1.5          | 4  | classes must be a whole number
          classes: 10         | classes: 99999999999999999999 | 4 | classes must be a whole number
          sha256: 0           | sha256: g0            | 7  | weights.sha256 must be 64 hex digits
          sha256_prefix: 01234567 | sha256_prefix: 0123456 | 10 | weights.sources[0].sha256_prefix must be 8 to 63 hex digits
          sha256_prefix: 01234567 | file: net.pth     | 9  | weights.sources[0] needs one of sha256, sha256_prefix and checksum
          file: net.safetensors | sha256_prefix: 01234567 | 12 | sha256_prefix and checksum (linked_etag), it has 2
          file: net.safetensors | file: ../net        | 13 | weights.sources[1].file must be a plain file name
          checksum: linked_etag | checksum: md5       | 14 | weights.sources[1].checksum must be one of linked_etag, it is 'md5'
          url: https://hub    | url: http://hub       | 14 | checksum may come from a header over https only
          url: https://hub    | url: ftp://hub        | 12 | must be an http or https address
          url: https://hub    | url: https://me@hub   | 12 | without a user
          size: 46830571      | size: 0               | 11 | weights.sources[0].size must be a whole number from 1
          resize: 256         | resize: 100           | 18 | preset.crop must be at most preset.resize, 100, it is 224
          interpolation: bicubic | interpolation: nearest | 19 | must be one of bilinear, bicubic, it is 'nearest'
          mean: [0.485,       | mean: [               | 20 | preset.mean must be a list of 3, it has 2
          mean: [0.485,       | mean: [x,             | 20 | preset.mean must be a number from -1.0 to 2.0, it is 'x'
          std: [0.229,        | std: [0,              | 21 | preset.std must be a number from 0.001 to 10.0, it is 0.0
          std: [0.229,        | std: [.nan,           | 21 | preset.std must be a number
          top5: 90.5          | top5: 40              | 27 | accuracy.top5 must be at least accuracy.top1
          workers: 2          | worker: 2             | 29 | unknown key serving.worker; did you mean serving.workers?
          max_batch: 4        | max-batch: 4          | 30 | did you mean serving.max_batch?
          deadline: 1500ms    | deadline: 1h          | 32 | serving.deadline must be a duration such as 500ms, 10s or 2m
          deadline: 1500ms    | deadline: 0s          | 32 | from 1ms to 3600000ms, it is '0s'
          precision: bf16     | precision: fp16       | 33 | must be one of auto, fp32, bf16, int8, it is 'fp16'
          int8_checked: true  | int8_checked: maybe   | 35 | int8_checked must be true or false, it is 'maybe'
          unsure_below: 0.4   | unsure_below: 1.4     | 36 | unsure_below must be a number from 0.0 to 1.0, it is 1.4
          temperature: 1.25   | temperature: 0.04     | 37 | temperature must be a number from 0.05 to 20.0, it is 0.04
          temperature: 1.25   | temperature: .inf     | 37 | temperature must be a number from 0.05 to 20.0
          temperature: 1.25   | temperature: .nan     | 37 | temperature must be a number from 0.05 to 20.0
          """)
  void mistake_namesFileLineKeyAndWhatIsAllowed(String good, String bad, int line, String what) {
    assertMistake(DOCUMENT.replaceFirst(Pattern.quote(good), bad), line, what);
  }

  @Test
  void weights_withoutFileAndSources_areRefused() {
    assertMistake(
        DOCUMENT.replaceAll("(?s)  file: net/.*?labels: ", "  sources: []\nlabels: "),
        6,
        "weights.sources must be a list of 1 to 16, it has 0");
    assertMistake(
        DOCUMENT.replaceAll("(?s)weights:.*?labels: ", "weights: {}\nlabels: "),
        5,
        "weights needs a file, or sources");
  }

  @Test
  void aliasBomb_isRefused() {
    assertMistake("a: &a [1, 1]\nb: &b [*a, *a]\nc: [*b, *b]\n", 1, "Number of aliases");
  }

  @Test
  void deepNesting_isRefused() {
    assertMistake("[".repeat(1000), 1, "Nesting Depth exceeded max 8");
  }

  @Test
  void notYaml_namesTheLine() {
    assertMistake("title: a\narchitecture: [b\nclasses: 1\n", 3, "the YAML is refused");
    assertMistake("title: a\n---\ntitle: b\n", 2, "the YAML is refused");
    assertMistake("", 1, "the file is empty");
    assertMistake("- title", 1, "the document must be keys with values, it is a list");
    assertMistake("#".repeat(ModelDescriptors.MAX_BYTES + 1), 1, "at most 65536");
  }

  @Test
  void folder_reportsTheFirstMistakeOfEachFile() throws IOException {
    Files.writeString(folder.resolve("b.yml"), "titel: b");
    Files.writeString(folder.resolve("a.yml"), "- a");
    Files.writeString(folder.resolve("c.yaml"), "title: c");
    Files.writeString(folder.resolve("notes.txt"), "not a descriptor");
    assertThatThrownBy(() -> ModelDescriptors.readFolder(folder))
        .isInstanceOf(DescriptorException.class)
        .message()
        .satisfies(
            message ->
                assertThat(message.lines().toList())
                    .satisfiesExactly(
                        a -> assertThat(a).contains("a.yml, line 1: the document must be"),
                        b -> assertThat(b).contains("b.yml, line 1: unknown key titel"),
                        c -> assertThat(c).contains("c.yaml, line 1: a descriptor's file is")));
  }

  @Test
  void folder_thatIsNotThere_isNamed() {
    Path missing = folder.resolve("missing");
    assertThatThrownBy(() -> ModelDescriptors.readFolder(missing))
        .hasMessage(missing + ": there is no such folder of models");
  }

  @Test
  void folders_holdTogetherWhatEachHolds() throws IOException {
    Path other = Files.createDirectory(folder.resolve("other"));
    Path bundled = Path.of("models", "resnet20-cifar10.yml");
    Files.copy(bundled, folder.resolve("mine.yml"));
    Files.writeString(
        folder.resolve("mine.yml"),
        Files.readString(bundled).replaceFirst("(?m)^name: .*$", "name: mine"));
    assertThat(ModelDescriptors.readFolders(List.of(Path.of("models"), folder), List.of()))
        .containsKeys("resnet20-cifar10", "resnet50", "mine");

    Files.copy(folder.resolve("mine.yml"), other.resolve("mine.yml"));
    assertThatThrownBy(() -> ModelDescriptors.readFolders(List.of(folder, other), List.of()))
        .isInstanceOf(DescriptorException.class)
        .hasMessage(
            "'mine' is described twice, by %s and by %s; rename one"
                .formatted(folder.resolve("mine.yml"), other.resolve("mine.yml")));
    assertThatThrownBy(
            () ->
                ModelDescriptors.readFolders(List.of(folder, folder.resolve("missing")), List.of()))
        .hasMessageContaining("there is no such folder of models");
  }

  private void assertMistake(String document, int line, String what) {
    assertThatThrownBy(() -> read(document))
        .isInstanceOf(DescriptorException.class)
        .hasMessageStartingWith(folder.resolve("net.yml") + ", line " + line + ": ")
        .hasMessageContaining(what);
  }

  private ModelDescriptor read(String document) throws IOException {
    return ModelDescriptors.read(Files.writeString(folder.resolve("net.yml"), document));
  }
}
