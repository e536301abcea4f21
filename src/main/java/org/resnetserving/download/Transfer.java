package org.resnetserving.download;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;
import org.resnetserving.download.DownloadException.Kind;

/** One attempt to get a file, or the rest of it, from one source. */
final class Transfer {
  /** Left free on the disk, for the service's own sake. */
  private static final long SPARE = 16 << 20;

  private final Web web;
  private final DownloadSettings settings;
  private final Timing timing;
  private final ToLongFunction<Path> space;
  private final Source source;
  private final Path target;
  private final ProgressListener listener;

  /** How far an attempt has come yet. */
  private long farthest;

  Transfer(
      Web web,
      DownloadSettings settings,
      Timing timing,
      ToLongFunction<Path> space,
      Source source,
      Path target,
      ProgressListener listener) {
    this.web = web;
    this.settings = settings;
    this.timing = timing;
    this.space = space;
    this.source = source;
    this.target = target;
    this.listener = listener;
  }

  long farthest() {
    return farthest;
  }

  /** Leaves the whole file at its place, verified where its SHA-256 is known, or throws. */
  VerifiedFile attempt() throws TransferException, InterruptedException {
    try (PartFile part = PartFile.open(target, source.url().toString())) {
      if (mustBeTold() && part.told().isEmpty()) {
        part.clear(); // begun when the descriptor named another checksum
      }
      boolean resumed = part.size() > 0;
      if (!part.isWhole()) {
        receive(part);
      }
      return finish(part, resumed);
    } catch (IOException e) {
      throw TransferException.network(e);
    }
  }

  private boolean mustBeTold() {
    return source.checksum().isTold() && source.checksum().needed();
  }

  private void receive(PartFile part) throws IOException, TransferException, InterruptedException {
    try (Answer answer = web.ask(source, part.size(), part.etag())) {
      long total = begin(answer, part);
      listener.started(source, part.size(), total);
      copy(answer, part, total);
      Long size = source.size();
      long whole = total >= 0 || size == null ? total : size;
      if (whole >= 0 && part.size() != whole) {
        throw TransferException.passing(
            Kind.BROKEN, "the answer ended after " + part.size() + " of " + whole + " bytes");
      }
    }
  }

  /** Makes the part ready for what the answer brings; returns the whole file's size, or −1. */
  private long begin(Answer answer, PartFile part) throws TransferException {
    boolean rest = answer.status() == 206 && part.size() > 0;
    if (answer.status() == 416 || (answer.status() == 206 && part.size() == 0)) {
      part.clear();
      throw TransferException.passing(
          Kind.BROKEN, "the server's ranges cannot be used (HTTP " + answer.status() + ")");
    }
    if (answer.status() != 200 && !rest) {
      throw refusal(answer);
    }
    checkContent(answer);
    long total = rest ? answer.totalFrom(part.size()) : answer.length();
    if (rest && (total < 0 || changed(answer, part))) {
      part.clear();
      throw TransferException.passing(
          Kind.BROKEN,
          "the server continued with another part or version, Content-Range: "
              + answer.header("Content-Range"));
    }
    checkSize(total, rest ? part.size() : 0);
    if (!rest) {
      if (mustBeTold() && answer.told().isEmpty()) {
        part.delete();
        throw TransferException.last(
            Kind.REFUSED, "the server did not tell the file's SHA-256 (X-Linked-Etag)");
      }
      part.restart(source.url().toString(), answer.strongEtag(), answer.told(), total);
    }
    return total;
  }

  private static boolean changed(Answer answer, PartFile part) {
    String etag = answer.header("ETag");
    return !answer.told().equals(part.told()) || !(etag.isEmpty() || etag.equals(part.etag()));
  }

  private void copy(Answer answer, PartFile part, long total)
      throws IOException, TransferException, InterruptedException {
    Pace pace = new Pace(timing.ticker(), settings.minimumRate(), settings.rateWindow());
    long most = total >= 0 ? total : limit();
    List<ByteBuffer> piece = answer.body().next(settings.idleTimeout());
    while (!piece.isEmpty()) {
      int bytes = 0;
      for (ByteBuffer buffer : piece) {
        if (part.size() == 0) {
          checkBeginning(buffer);
        }
        bytes += buffer.remaining();
        if (part.size() + buffer.remaining() > most) {
          part.clear();
          throw TransferException.last(Kind.TOO_LARGE, "the file has more than " + most + " bytes");
        }
        part.append(buffer);
      }
      farthest = Math.max(farthest, part.size());
      listener.advanced(part.size(), total);
      if (pace.tooSlow(bytes)) {
        throw TransferException.passing(
            Kind.TIMEOUT,
            "less than "
                + settings.minimumRate()
                + " bytes a second for "
                + settings.rateWindow().toSeconds()
                + " s");
      }
      piece = answer.body().next(settings.idleTimeout());
    }
  }

  private VerifiedFile finish(PartFile part, boolean resumed) throws TransferException {
    Checksum expected = source.checksum();
    if (expected.isTold() && !part.told().isEmpty()) {
      expected = Checksum.sha256(part.told());
    }
    String found = part.sha256();
    if (!expected.matches(found)) {
      long size = part.size();
      part.delete();
      String message =
          "the file is not the expected one: "
              + expected
              + ", found "
              + found
              + " in "
              + size
              + " bytes";
      throw resumed
          ? TransferException.passing(Kind.WRONG_HASH, message)
          : TransferException.last(Kind.WRONG_HASH, message);
    }
    part.finish(expected.isTold() ? "" : found);
    listener.finished(target);
    return new VerifiedFile(target, found, !expected.isTold());
  }

  private TransferException refusal(Answer answer) {
    int status = answer.status();
    String code = "HTTP " + status;
    return switch (status) {
      case 404, 410 -> TransferException.last(Kind.NOT_FOUND, "no such file (" + code + ")");
      case 401, 403 ->
          TransferException.last(Kind.DENIED, TransferException.DENIED + " (" + code + ")");
      case 407 ->
          TransferException.last(
              Kind.DENIED,
              "the proxy wants other credentials (HTTP 407); Java sends a password through a tunnel"
                  + " only with -Djdk.http.auth.tunneling.disabledSchemes=");
      case 429, 503 ->
          busy(code, RetryAfterHeader.parse(answer.header("Retry-After"), timing.clock()));
      case 408, 425 -> TransferException.passing(Kind.BROKEN, "the server gave up (" + code + ")");
      default ->
          status >= 500
              ? TransferException.passing(Kind.BROKEN, "the server failed (" + code + ")")
              : TransferException.last(Kind.REFUSED, "the server answered " + code);
    };
  }

  private static TransferException busy(String code, @Nullable Duration after) {
    String asks = after == null ? "" : ", and asks to wait " + after.toSeconds() + " s";
    return TransferException.after(after, "the server is busy (" + code + ")" + asks);
  }

  private void checkContent(Answer answer) throws TransferException {
    String encoding = answer.header("Content-Encoding");
    if (!encoding.isEmpty() && !encoding.equalsIgnoreCase("identity")) {
      throw TransferException.last(Kind.REFUSED, "the file comes encoded, as " + encoding);
    }
    if (answer.header("Content-Type").toLowerCase(Locale.ROOT).startsWith("text/html")) {
      throw page();
    }
  }

  private static void checkBeginning(ByteBuffer buffer) throws TransferException {
    byte[] first = new byte[Math.min(100, buffer.remaining())];
    buffer.duplicate().get(first);
    String text = new String(first, StandardCharsets.ISO_8859_1).strip().toLowerCase(Locale.ROOT);
    if (text.startsWith("<!doctype html") || text.startsWith("<html")) {
      throw page();
    }
  }

  private static TransferException page() {
    return TransferException.last(
        Kind.NOT_A_FILE,
        "a web page came instead of the file; a proxy or a log-in page may be in between");
  }

  private void checkSize(long total, long have) throws TransferException {
    Long size = source.size();
    if (size != null && total >= 0 && total != size) {
      throw TransferException.last(
          Kind.REFUSED, "the file has " + total + " bytes, expected are " + size);
    }
    if (total > settings.maxBytes()) {
      throw TransferException.last(
          Kind.TOO_LARGE, "the file has " + total + " bytes, at most " + settings.maxBytes());
    }
    long needed = Math.max(total, size == null ? 0 : size) - have;
    long free = space.applyAsLong(target);
    if (needed + SPARE > free) {
      throw TransferException.last(
          Kind.DISK_FULL,
          "the disk is too full: "
              + Progress.bytes(needed + SPARE)
              + " are needed, "
              + Progress.bytes(free)
              + " are free");
    }
  }

  private long limit() {
    Long size = source.size();
    return size == null ? settings.maxBytes() : Math.min(size, settings.maxBytes());
  }
}
