package org.resnetserving.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.resnetserving.download.BearerToken;
import org.resnetserving.download.DownloadException;
import org.resnetserving.download.DownloadSettings;
import org.resnetserving.download.Downloader;
import org.resnetserving.download.MisbehavingServer;
import org.resnetserving.download.MisbehavingServer.Request;
import org.resnetserving.download.ProgressListener;
import org.resnetserving.download.Timing;
import org.resnetserving.download.VerifiedFile;
import org.resnetserving.models.DescriptorException;
import org.resnetserving.models.Labels;
import org.resnetserving.models.ModelDescriptor;
import org.resnetserving.models.ModelDescriptors;

/** Repositories by {@code hf://}, from a hub on loopback that answers as the real one does. */
final class HubTest {
  private static final Path FOLDER =
      Path.of("src/test/resources/golden/folders/hf-resnet-bottleneck");
  private static final Path WEIGHTS = FOLDER.resolve("model.safetensors");
  private static final String SHA256 = Downloader.identify(WEIGHTS).sha256();
  private static final String TOKEN = "hf_secret";

  /** Nobody waits. */
  private static final Timing TIMING =
      new Timing(System::nanoTime, Clock.systemUTC(), wait -> {}, () -> 1);

  private final MisbehavingServer hub = new MisbehavingServer();
  private final MisbehavingServer storage = new MisbehavingServer();
  private DownloadSettings settings =
      DownloadSettings.defaults().withToken(new BearerToken("127.0.0.1", TOKEN));

  @TempDir private Path folder;

  @AfterEach
  void close() {
    hub.close();
    storage.close();
  }

  @Test
  void repository_isFetchedAsAFolder_andServedAsOne() throws IOException {
    serve("main");
    ModelDescriptor model = described("weights: hf://someone/a-resnet");
    assertThat(store().find(model)).isEmpty();
    assertThat(model.title()).isEqualTo("hf://someone/a-resnet");
    assertThat(Labels.of(model).size()).isZero();

    VerifiedFile weights = fetch(model);

    assertThat(weights.file().getParent()).isEqualTo(folder.resolve("hf--someone--a-resnet@main"));
    assertThat(weights.sha256()).isEqualTo(SHA256);
    assertThat(weights.verified()).isTrue();
    ModelDescriptor complete = ModelDescriptors.complete(model, weights.file());
    assertThat(complete.name()).isEqualTo("net");
    assertThat(complete.architecture()).isEqualTo("resnet-bottleneck-1-2-1-1");
    assertThat(Labels.of(complete).get(0).name()).isEqualTo("apple");
    assertThat(complete.preset().side()).isEqualTo(224);
    assertThat(complete.license()).isEqualTo("as hf://someone/a-resnet says");
  }

  @Test
  void descriptorsWord_standsAgainstTheRepositorys() throws IOException {
    serve("main");
    Files.writeString(folder.resolve("labels.txt"), "a\nb\nc\nd\ne\n");
    ModelDescriptor model =
        described(
            """
            title: Mine
            weights: hf://someone/a-resnet
            labels: labels.txt
            preset: {like: torchvision, crop: 128}
            activation: sigmoid
            license: MIT
            note: Seen
            """);

    ModelDescriptor complete = ModelDescriptors.complete(model, fetch(model).file());

    assertThat(complete.title()).isEqualTo("Mine");
    assertThat(Labels.of(complete).get(4).name()).isEqualTo("e");
    assertThat(complete.preset().side()).isEqualTo(128);
    assertThat(complete.activation()).isEqualTo(model.activation()).isNotNull();
    assertThat(complete.license()).isEqualTo("MIT");
    assertThat(complete.note()).isEqualTo("Seen");
  }

  /** As timm's own for ImageNet. */
  @Test
  void labels_thatTheRepositoryDoesNotName_areTheDescriptors() throws IOException {
    serve("main");
    String config = Files.readString(FOLDER.resolve("config.json")).replace("id2label", "names");
    hub.on(
        path("main", "config.json"),
        MisbehavingServer.serves(config.getBytes(StandardCharsets.UTF_8), "\"2\""));
    Files.writeString(folder.resolve("labels.txt"), "a\nb\nc\nd\ne\n");
    ModelDescriptor model = described("weights: hf://someone/a-resnet\nlabels: labels.txt");

    ModelDescriptor complete = ModelDescriptors.complete(model, fetch(model).file());

    assertThat(Labels.of(complete).size()).isEqualTo(5);
  }

  @Test
  void folder_thatIsHere_isTakenWithoutConnecting() throws IOException {
    serve("main");
    ModelDescriptor model = described("weights: hf://someone/a-resnet");
    VerifiedFile first = fetch(model);
    int asked = hub.requests().size();
    settings = settings.withOffline(true);

    assertThat(store().find(model)).contains(first);
    assertThat(fetch(model)).isEqualTo(first);
    assertThat(hub.requests()).hasSize(asked);
  }

  @Test
  void revision_isAskedForAndKeptApart() throws IOException {
    serve("refs%2Fpr%2F3");
    ModelDescriptor model = described("weights: hf://someone/a-resnet@refs/pr/3");

    assertThat(fetch(model).file().getParent())
        .isEqualTo(folder.resolve("hf--someone--a-resnet@refs%2Fpr%2F3"));
  }

  @Test
  void token_goesToTheHubAlone() throws IOException {
    serve("main");
    fetch(described("weights: hf://someone/a-resnet"));

    assertThat(hub.requests())
        .extracting(request -> request.header("Authorization"))
        .containsOnly("Bearer " + TOKEN);
    assertThat(storage.requests())
        .hasSize(1)
        .extracting(request -> request.header("Authorization"))
        .containsOnly("");
    assertThat(settings.toString()).doesNotContain(TOKEN);
  }

  @Test
  void brokenDownload_isContinued() throws IOException {
    serve("main");
    byte[] content = Files.readAllBytes(WEIGHTS);
    storage.on(
        "/blob",
        MisbehavingServer.dropsAfter(1000, content, "\"1\""),
        MisbehavingServer.serves(content, "\"1\""));

    assertThat(fetch(described("weights: hf://someone/a-resnet")).sha256()).isEqualTo(SHA256);
    assertThat(storage.requests()).extracting(Request::offset).containsExactly(0, 1000);
  }

  @Test
  void weights_thatAreNotWhatTheHubTells_areRefused() throws IOException {
    serve("main");
    storage.on("/blob", MisbehavingServer.serves(new byte[100], "\"1\""));

    assertThatThrownBy(() -> fetch(described("weights: hf://someone/a-resnet")))
        .isInstanceOf(DownloadException.class)
        .hasMessageContaining("not the expected one")
        .hasMessageContaining(SHA256);
    assertThat(folder.resolve("hf--someone--a-resnet@main/model.safetensors")).doesNotExist();
  }

  @Test
  void sha256OfTheDescriptor_pinsTheWeights() throws IOException {
    serve("main");
    String other = "0".repeat(64);
    ModelDescriptor model =
        described("weights: {repository: 'hf://someone/a-resnet', sha256: %s}".formatted(other));

    assertThatThrownBy(() -> fetch(model))
        .hasMessageContaining("not the expected one")
        .hasMessageContaining(other);
    assertThat(
            fetch(
                    described(
                        "weights: {repository: 'hf://someone/a-resnet', sha256: %s}"
                            .formatted(SHA256)))
                .verified())
        .isTrue();
  }

  @Test
  void mirror_thatTellsNoDigest_isBelievedButNotVerified() throws IOException {
    serve("main");
    hub.on(path("main", "model.safetensors"), MisbehavingServer.status(404));
    hub.on(
        path("main", "pytorch_model.bin"),
        MisbehavingServer.serves(Files.readAllBytes(WEIGHTS), "\"1\""));
    ModelDescriptor model = described("weights: hf://someone/a-resnet");

    VerifiedFile weights = fetch(model);

    assertThat(weights.file()).hasFileName("pytorch_model.bin");
    assertThat(weights.verified()).isFalse();
    assertThat(store().find(model)).contains(weights);
  }

  @Test
  void etagOfADigest_isTheDigest() throws IOException {
    serve("main");
    hub.on(
        path("main", "model.safetensors"),
        MisbehavingServer.serves(new byte[100], "\"" + SHA256 + "\""));

    assertThatThrownBy(() -> fetch(described("weights: hf://someone/a-resnet")))
        .hasMessageContaining("not the expected one");
  }

  @Test
  void fileThatIsMissing_isNamed() throws IOException {
    ModelDescriptor model = described("weights: hf://someone/a-resnet");
    assertThatThrownBy(() -> fetch(model))
        .hasMessageContaining("/someone/a-resnet/resolve/main/config.json: no such file");

    serve("main");
    hub.on(path("main", "preprocessor_config.json"), MisbehavingServer.status(404));
    assertThatThrownBy(() -> fetch(model))
        .isInstanceOf(DescriptorException.class)
        .hasMessageContaining("there is no preprocessor_config.json");

    serve("main");
    hub.on(path("main", "model.safetensors"), MisbehavingServer.status(404));
    assertThatThrownBy(() -> fetch(model))
        .hasMessageContaining("main/model.safetensors: no such file")
        .hasMessageContaining("main/pytorch_model.bin: no such file")
        .hasMessageContaining("weights in several files");
  }

  @Test
  void repositoryOfAnotherKind_isRefusedBeforeItsWeightsAreFetched() throws IOException {
    serve("main");
    hub.on(
        path("main", "config.json"),
        MisbehavingServer.serves(
            "{\"model_type\": \"vit\"}".getBytes(StandardCharsets.UTF_8), "\"2\""));

    assertThatThrownBy(() -> fetch(described("weights: hf://someone/a-resnet")))
        .isInstanceOf(DescriptorException.class)
        .hasMessageContaining("model_type must be resnet");
    assertThat(hub.requests(path("main", "model.safetensors"))).isEmpty();
  }

  @Test
  void config_overTheBound_isNotFetched() throws IOException {
    hub.on(
        path("main", "config.json"),
        MisbehavingServer.claimsLength(ModelDescriptors.MAX_CONFIG_BYTES + 1L, new byte[0]));

    assertThatThrownBy(() -> fetch(described("weights: hf://someone/a-resnet")))
        .hasMessageContaining("the file has 8388609 bytes, at most 8388608");
  }

  @Test
  void refusalOfTheHub_saysWhatATokenIsFor() throws IOException {
    hub.on(path("main", "config.json"), MisbehavingServer.status(401));

    assertThatThrownBy(() -> fetch(described("weights: hf://someone/a-resnet")))
        .hasMessageContaining("HTTP 401")
        .hasMessageContaining("HF_TOKEN")
        .hasMessageNotContaining(TOKEN);
  }

  /** As the hub does: small files come at once, large ones from elsewhere, with their digest. */
  private void serve(String revision) throws IOException {
    for (String file : List.of("config.json", "preprocessor_config.json")) {
      hub.on(
          path(revision, file),
          MisbehavingServer.serves(
              Files.readAllBytes(FOLDER.resolve(file)), "\"" + "ab".repeat(20) + "\""));
    }
    hub.on(
        path(revision, "model.safetensors"),
        MisbehavingServer.redirects(
            storage.url("/blob").toString(), "X-Linked-Etag: \"" + SHA256 + "\""));
    storage.on("/blob", MisbehavingServer.serves(Files.readAllBytes(WEIGHTS), "\"1\""));
  }

  private static String path(String revision, String file) {
    return "/someone/a-resnet/resolve/" + revision + "/" + file;
  }

  private ModelDescriptor described(String yaml) throws IOException {
    return ModelDescriptors.read(Files.writeString(folder.resolve("net.yml"), yaml));
  }

  private WeightStore store() {
    return new WeightStore(folder, settings, TIMING, hub.url("").toString());
  }

  private VerifiedFile fetch(ModelDescriptor model) {
    return store().fetch(model, name -> new ProgressListener() {});
  }
}
