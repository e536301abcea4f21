package org.resnetserving.catalog;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
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
import org.resnetserving.models.ModelDescriptor.Weights;
import org.resnetserving.programs.CacheProperties;
import org.resnetserving.weights.WeightsException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where the weights of models are: in a file of the user's own, beside the descriptors, or in the
 * cache, which is where they are downloaded to, alone or with the rest of their repository.
 * Wherever a file comes from, it is verified.
 */
public final class WeightStore {
  private static final Logger log = LoggerFactory.getLogger(WeightStore.class);

  private final Path cache;
  private final DownloadSettings settings;
  private final Timing timing;
  private final Hub hub;

  /**
   * @param cache the folder that downloads are kept in; made when it is needed
   * @param settings of downloads
   * @param timing of downloads
   * @param hub address of the Hugging Face hub, without a slash at the end
   */
  public WeightStore(Path cache, DownloadSettings settings, Timing timing, String hub) {
    this.cache = cache;
    this.settings = settings;
    this.timing = timing;
    this.hub = new Hub(hub, cache, settings, timing);
  }

  /** The one that the settings ask for. */
  public static WeightStore of(
      CatalogProperties properties, CacheProperties cache, DownloadProperties download) {
    Path configured = properties.weightsDirectory();
    return new WeightStore(
        configured != null ? configured : cache.weights(),
        download.settings(),
        Timing.system(),
        download.hub());
  }

  /** Where downloads are kept. */
  public Path cache() {
    return cache;
  }

  /**
   * The model's weights if they are here, without connecting. Other files in their place are
   * logged.
   *
   * @throws DownloadException if the user's own file is not the one expected
   */
  public Optional<VerifiedFile> find(ModelDescriptor model) {
    return find(model, wrong -> log.warn("{}: {}", model.name(), wrong));
  }

  /**
   * The same.
   *
   * @param wrong is told of files in their place that are not the ones expected
   */
  public Optional<VerifiedFile> find(ModelDescriptor model, Consumer<String> wrong) {
    Weights weights = model.weights();
    if (weights.repository() != null) {
      return hub.find(model, wrong);
    }
    Path file = weights.file();
    if (file != null && (Files.exists(file) || weights.sources().isEmpty())) {
      requireReadable(model, file);
      return Optional.of(
          weights.sha256() == null
              ? Downloader.identify(file)
              : Downloader.verify(file, Checksum.sha256(weights.sha256())));
    }
    for (Path folder : List.of(beside(model), cache)) {
      Optional<VerifiedFile> found =
          Files.isDirectory(folder)
              ? Downloader.find(request(model, folder), wrong)
              : Optional.empty();
      if (found.isPresent()) {
        return found;
      }
    }
    return Optional.empty();
  }

  /** Before all of it is read for its hash. */
  private static void requireReadable(ModelDescriptor model, Path file) {
    if (!Files.isRegularFile(file)) {
      throw new WeightsException(
          "%s: there is no %s %s; put the weights there"
              .formatted(model.file(), Files.exists(file) ? "regular file" : "file", file));
    }
    long bytes = file.toFile().length();
    if (bytes > Weights.MOST_BYTES) {
      throw new WeightsException(
          "%s: %s has %,d bytes, at most %,d are read"
              .formatted(model.file(), file, bytes, Weights.MOST_BYTES));
    }
  }

  /**
   * The model's weights, downloaded into the cache if they are not here.
   *
   * @param progress is told how the download goes, by the model's name
   * @throws DownloadException saying why not, and where to put the file by hand
   */
  public VerifiedFile fetch(ModelDescriptor model, Function<String, ProgressListener> progress) {
    List<String> wrong = new ArrayList<>();
    Optional<VerifiedFile> found = find(model, wrong::add);
    wrong.forEach(what -> log.warn("{}: {}", model.name(), what));
    if (found.isPresent()) {
      return found.get();
    }
    try {
      return model.weights().repository() != null
          ? hub.fetch(model, progress)
          : Downloader.create(settings, timing, progress).fetch(request(model, cache));
    } catch (DownloadException e) {
      throw e.besides(wrong);
    }
  }

  private static Path beside(ModelDescriptor model) {
    Path folder = model.file().toAbsolutePath().getParent();
    return folder == null ? Path.of("").toAbsolutePath() : folder;
  }

  private static DownloadRequest request(ModelDescriptor model, Path folder) {
    return new DownloadRequest(
        model.name(), folder, model.weights().sources().stream().map(WeightStore::source).toList());
  }

  private static Source source(ModelDescriptor.RemoteFile source) {
    Checksum checksum;
    if (source.sha256() != null) {
      checksum = Checksum.sha256(source.sha256());
    } else if (source.sha256Prefix() != null) {
      checksum = Checksum.prefix(source.sha256Prefix());
    } else {
      checksum = Checksum.linkedEtag();
    }
    return new Source(source.url(), source.file(), checksum, source.size());
  }
}
