package org.resnetserving.download;

import java.io.IOException;
import java.net.ProxySelector;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.resnetserving.download.DownloadException.Kind;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings a file into a folder, whole and verified, from the first of several sources that has it. A
 * broken download is continued where it broke, also by a later process; two downloads of one file,
 * of one process or of two, take turns, and the second finds the first one's file.
 *
 * <p>Beside a file {@code x} there may be {@code x.sha256} (its digest), {@code x.part} and {@code
 * x.part.properties} (what has arrived of it), and {@code x.lock}.
 */
public final class Downloader {
  private static final Logger log = LoggerFactory.getLogger(Downloader.class);

  /** So many new bytes make an attempt count as progress, however it ended. */
  private static final long PROGRESS = 1 << 20;

  /** A network that is not there is said to be missing soon. */
  private static final int CONNECT_ATTEMPTS = 2;

  private final DownloadSettings settings;
  private final Timing timing;
  private final Function<String, ProgressListener> progress;
  private final ToLongFunction<Path> space;
  private final Supplier<ProxySelector> proxies;

  Downloader(
      DownloadSettings settings,
      Timing timing,
      Function<String, ProgressListener> progress,
      Supplier<ProxySelector> proxies,
      ToLongFunction<Path> space) {
    this.settings = settings;
    this.timing = timing;
    this.progress = progress;
    this.space = space;
    this.proxies = proxies;
  }

  /**
   * A downloader that uses the proxies of the environment or of Java's properties.
   *
   * @param progress makes a listener for the download of a name, such as {@link Progress#auto()}
   */
  public static Downloader create(
      DownloadSettings settings, Timing timing, Function<String, ProgressListener> progress) {
    return new Downloader(
        settings,
        timing,
        progress,
        () -> EnvironmentProxies.of(System.getenv(), System.getProperties()),
        Downloader::usableSpace);
  }

  /**
   * The file of the first source that has one, downloaded if none is there yet.
   *
   * @throws DownloadException saying why not, and where to put the file by hand
   * @throws IllegalArgumentException where the environment names a proxy that is none
   */
  public VerifiedFile fetch(DownloadRequest request) {
    ProgressListener listener = progress.apply(request.name());
    try {
      List<TransferException> failures = new ArrayList<>();
      VerifiedFile there = existing(request, failures);
      if (there != null) {
        return there;
      }
      if (settings.offline()) {
        throw offline(request, failures);
      }
      for (TransferException wrong : failures) {
        log.warn("{}: {}; it is replaced", request.name(), wrong.getMessage());
      }
      return download(request, listener);
    } catch (TransferException e) {
      throw e.kind() == Kind.CANCELLED
          ? cancelled(request, e)
          : local(request, e.kind(), e.getMessage(), e);
    } catch (InterruptedException | ClosedByInterruptException e) {
      throw cancelled(request, e);
    } catch (IOException e) {
      throw local(request, Kind.FOLDER, "cannot be used (" + e + ")", e);
    } finally {
      listener.ended();
    }
  }

  private static DownloadException cancelled(DownloadRequest request, Exception e) {
    Thread.currentThread().interrupt();
    return new DownloadException(
        Kind.CANCELLED, request.name() + ": the download was interrupted; it can be resumed", e);
  }

  private static DownloadException local(
      DownloadRequest request, Kind kind, @Nullable String why, Exception e) {
    return new DownloadException(
        kind,
        "%s: %s, in %s. %s".formatted(request.name(), why, request.folder(), byHand(request)),
        e);
  }

  /**
   * The file of the first source that is there and verified, without connecting.
   *
   * @param wrong is told of files that are there and are not the ones expected: they are passed
   *     over
   */
  public static Optional<VerifiedFile> find(DownloadRequest request, Consumer<String> wrong) {
    try {
      List<TransferException> failures = new ArrayList<>();
      VerifiedFile found = existing(request, failures);
      failures.forEach(failure -> wrong.accept(failure.getMessage()));
      return Optional.ofNullable(found);
    } catch (IOException e) {
      throw new DownloadException(
          Kind.FOLDER, request.name() + ": cannot read " + request.folder() + " (" + e + ")", e);
    }
  }

  /**
   * Checks a file that was put there by hand.
   *
   * @throws DownloadException where it is missing, or another file than expected
   */
  public static VerifiedFile verify(Path file, Checksum expected) {
    VerifiedFile found = identify(file);
    if (!expected.matches(found.sha256())) {
      throw new DownloadException(Kind.WRONG_HASH, mismatch(file, expected, found.sha256()), null);
    }
    return new VerifiedFile(file, found.sha256(), !expected.isTold(), found.version());
  }

  /**
   * Reads a file of which nothing is expected.
   *
   * @throws DownloadException where it is missing
   */
  public static VerifiedFile identify(Path file) {
    try {
      FileVersion version = FileVersion.of(file);
      return new VerifiedFile(file, Sha256.of(file), false, version);
    } catch (NoSuchFileException e) {
      throw new DownloadException(Kind.NOT_FOUND, file + " is not there", e);
    } catch (IOException e) {
      throw new DownloadException(Kind.FOLDER, file + " cannot be read (" + e + ")", e);
    }
  }

  private VerifiedFile download(DownloadRequest request, ProgressListener listener)
      throws IOException, TransferException, InterruptedException {
    Web web = new Web(settings, proxies.get());
    List<TransferException> failures = new ArrayList<>();
    for (Source source : request.sources()) {
      Path target = request.target(source);
      try (TargetLock lock =
          TargetLock.take(request.folder(), source.file(), settings.lockWait(), timing, listener)) {
        VerifiedFile there = existing(target, source.checksum(), new ArrayList<>());
        return there != null ? there : download(web, source, target, listener);
      } catch (TransferException e) {
        if (e.local()) {
          throw e;
        }
        log.debug("{}: {} failed", request.name(), source.url(), e);
        failures.add(e);
      }
    }
    throw exhausted(request, failures);
  }

  private VerifiedFile download(Web web, Source source, Path target, ProgressListener listener)
      throws TransferException, InterruptedException {
    Transfer transfer = new Transfer(web, settings, timing, space, source, target, listener);
    int failed = 0;
    long mark = 0;
    while (true) {
      try {
        return transfer.attempt();
      } catch (TransferException e) {
        if (transfer.farthest() >= mark + PROGRESS) {
          mark = transfer.farthest();
          failed = 0;
        }
        failed++;
        int most =
            e.kind() == Kind.NO_NETWORK
                ? Math.min(CONNECT_ATTEMPTS, settings.attempts())
                : settings.attempts();
        Duration asked = e.after();
        boolean tooLong = asked != null && asked.compareTo(settings.maxRetryAfter()) > 0;
        if (!e.again() || failed >= most || tooLong) {
          throw e;
        }
        Duration wait = backoff(failed, asked);
        listener.waiting(
            source.url().getHost()
                + ": "
                + e.getMessage()
                + "; attempt "
                + (failed + 1)
                + " of "
                + most
                + " in "
                + wait.toMillis()
                + " ms",
            wait);
        timing.sleeper().sleep(wait);
      }
    }
  }

  /**
   * What the server asks for, if that is not less than the first wait; else it doubles with every
   * failure, up to a bound, and the upper half of it is chance.
   */
  private Duration backoff(int failed, @Nullable Duration after) {
    if (after != null) {
      return after.compareTo(settings.firstBackoff()) > 0 ? after : settings.firstBackoff();
    }
    double first = settings.firstBackoff().toNanos();
    double most = settings.maxBackoff().toNanos();
    double nanos = Math.min(first * Math.pow(2, failed - 1), most);
    return Duration.ofNanos((long) (nanos * (0.5 + 0.5 * timing.jitter().getAsDouble())));
  }

  /** A file that is there and right; one that is there and wrong becomes a failure. */
  private static @Nullable VerifiedFile existing(
      DownloadRequest request, List<TransferException> failures) throws IOException {
    for (Source source : request.sources()) {
      VerifiedFile there = existing(request.target(source), source.checksum(), failures);
      if (there != null) {
        return there;
      }
    }
    return null;
  }

  private static @Nullable VerifiedFile existing(
      Path file, Checksum checksum, List<TransferException> failures) throws IOException {
    if (!Files.isRegularFile(file)) {
      return null;
    }
    Checksum expected = expected(file, checksum);
    FileVersion version = FileVersion.of(file);
    String found = Sha256.of(file);
    if (expected.matches(found)) {
      return new VerifiedFile(file, found, !expected.isTold(), version);
    }
    failures.add(TransferException.last(Kind.WRONG_HASH, mismatch(file, expected, found)));
    return null;
  }

  /** What a server told is noted beside the file; a file put there by hand has no such note. */
  private static Checksum expected(Path file, Checksum checksum) throws IOException {
    Path sidecar = PartFile.sidecar(file);
    if (!checksum.isTold() || !Files.exists(sidecar) || Files.size(sidecar) > 1000) {
      return checksum;
    }
    String digits = Files.readString(sidecar).strip().split("\\s", 2)[0];
    return digits.matches("[0-9a-fA-F]{64}") ? Checksum.sha256(digits) : checksum;
  }

  private static DownloadException offline(
      DownloadRequest request, List<TransferException> failures) {
    String wrong = failures.stream().map(e -> e.getMessage() + ". ").collect(Collectors.joining());
    return new DownloadException(
        failures.isEmpty() ? Kind.OFFLINE : Kind.WRONG_HASH,
        request.name() + ": downloads are switched off (offline). " + wrong + byHand(request),
        null);
  }

  private static DownloadException exhausted(
      DownloadRequest request, List<TransferException> failures) {
    TransferException main = failures.get(0);
    StringBuilder reasons = new StringBuilder();
    for (int i = 0; i < failures.size(); i++) {
      TransferException failure = failures.get(i);
      if (main.kind() == Kind.NO_NETWORK) {
        main = failure; // any other reason tells more
      }
      reasons.append(reasons.isEmpty() ? "" : "; ");
      reasons.append(request.sources().get(i).url()).append(": ").append(failure.getMessage());
    }
    String head = main.kind() == Kind.NO_NETWORK ? ": no network. " : ": not downloaded. ";
    return new DownloadException(
        main.kind(),
        failures.stream().anyMatch(failure -> failure.kind().passing()),
        request.name() + head + reasons + ". " + byHand(request),
        main);
  }

  private static String byHand(DownloadRequest request) {
    return request.sources().stream()
        .map(
            source ->
                request.target(source) + " (" + source.checksum() + ", from " + source.url() + ")")
        .collect(Collectors.joining(" or ", "To do it by hand, put the file at ", ""));
  }

  private static String mismatch(Path file, Checksum expected, String found) {
    return file + " is not the expected file: expected " + expected + ", found " + found;
  }

  private static long usableSpace(Path file) {
    try {
      Path folder = file.toAbsolutePath().getParent();
      return folder == null ? Long.MAX_VALUE : Files.getFileStore(folder).getUsableSpace();
    } catch (IOException e) {
      return Long.MAX_VALUE; // the writing will tell
    }
  }
}
