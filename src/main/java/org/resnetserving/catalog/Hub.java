package org.resnetserving.catalog;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.resnetserving.download.Checksum;
import org.resnetserving.download.DownloadException;
import org.resnetserving.download.DownloadRequest;
import org.resnetserving.download.DownloadSettings;
import org.resnetserving.download.Downloader;
import org.resnetserving.download.ProgressListener;
import org.resnetserving.download.Source;
import org.resnetserving.download.Timing;
import org.resnetserving.download.VerifiedFile;
import org.resnetserving.models.ModelDescriptor;
import org.resnetserving.models.ModelDescriptors;
import org.resnetserving.models.Repository;

/**
 * Repositories of the Hugging Face hub, or of a mirror of it: of each, the few files that are read
 * lie in one folder of the cache. A folder that has its weights is taken as it is, without
 * connecting; weights come last, so it has the rest as well.
 */
final class Hub {
  private static final String CONFIG = "config.json";
  private static final String PROCESSOR = "preprocessor_config.json";
  private static final String[] WEIGHTS = {"model.safetensors", "pytorch_model.bin"};

  private final String address;
  private final Path cache;
  private final DownloadSettings settings;
  private final Timing timing;

  /**
   * @param address of the hub, without a slash at the end
   * @param cache holds a folder for each repository
   */
  Hub(String address, Path cache, DownloadSettings settings, Timing timing) {
    this.address = address;
    this.cache = cache;
    this.settings = settings;
    this.timing = timing;
  }

  /** The weights of a model's repository, if its folder is whole. */
  Optional<VerifiedFile> find(ModelDescriptor model, Consumer<String> wrong) {
    Path folder = folder(model);
    return Files.isRegularFile(folder.resolve(CONFIG))
        ? Downloader.find(weights(model), wrong)
        : Optional.empty();
  }

  /**
   * The same, fetched if it is not here. Nothing large is fetched of a repository that cannot be
   * served.
   *
   * @throws DownloadException naming the file that could not be had
   * @throws org.resnetserving.models.DescriptorException if it holds no model that is served
   */
  VerifiedFile fetch(ModelDescriptor model, Function<String, ProgressListener> progress) {
    Downloader small =
        Downloader.create(settings.atMost(ModelDescriptors.MAX_CONFIG_BYTES), timing, progress);
    try {
      small.fetch(request(model, null, CONFIG));
      fetchIfThere(small, request(model, null, PROCESSOR));
      ModelDescriptors.requireReadable(folder(model));
      return fetchWeights(model, progress);
    } catch (DownloadException e) {
      throw e.kind() == DownloadException.Kind.DENIED
          ? e.besides(
              List.of(
                  "The hub answers so where there is no such repository, too; a private or gated"
                      + " one wants a token: HF_TOKEN"))
          : e;
    }
  }

  private VerifiedFile fetchWeights(
      ModelDescriptor model, Function<String, ProgressListener> progress) {
    try {
      return Downloader.create(settings, timing, progress).fetch(weights(model));
    } catch (DownloadException e) {
      throw e.kind() == DownloadException.Kind.NOT_FOUND
          ? e.besides(List.of("A repository with its weights in several files is not read"))
          : e;
    }
  }

  private static void fetchIfThere(Downloader downloader, DownloadRequest request) {
    try {
      downloader.fetch(request);
    } catch (DownloadException e) {
      if (e.kind() != DownloadException.Kind.NOT_FOUND) {
        throw e;
      }
    }
  }

  private DownloadRequest weights(ModelDescriptor model) {
    return request(model, model.weights().sha256(), WEIGHTS);
  }

  private DownloadRequest request(ModelDescriptor model, @Nullable String sha256, String... files) {
    Checksum checksum = sha256 == null ? Checksum.ifTold() : Checksum.sha256(sha256);
    Repository repository = repository(model);
    return new DownloadRequest(
        model.name(),
        folder(model),
        Arrays.stream(files)
            .map(file -> new Source(repository.url(address, file), file, checksum, null))
            .toList());
  }

  private Path folder(ModelDescriptor model) {
    return cache.resolve(repository(model).folder());
  }

  private static Repository repository(ModelDescriptor model) {
    return Objects.requireNonNull(model.weights().repository());
  }
}
