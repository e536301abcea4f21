package org.resnetserving.download;

import java.nio.file.Path;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A line in the log for every tenth of the file, or every 50 MB where its size is not known. */
final class ProgressLog implements ProgressListener {
  private static final Logger log = LoggerFactory.getLogger(Downloader.class);
  private static final long STEP = 50_000_000;

  private final String name;
  private long logged;

  ProgressLog(String name) {
    this.name = name;
  }

  @Override
  public void started(Source source, long have, long total) {
    logged = step(have, total);
    log.info(
        "{}: downloading {} ({}{})",
        name,
        source.url(),
        total < 0 ? "size unknown" : Progress.bytes(total),
        have == 0 ? "" : ", " + Progress.bytes(have) + " are there");
  }

  @Override
  public void advanced(long have, long total) {
    long step = step(have, total);
    if (step > logged) {
      logged = step;
      if (total > 0) {
        log.info("{}: {} % of {}", name, 10 * step, Progress.bytes(total));
      } else {
        log.info("{}: {}", name, Progress.bytes(have));
      }
    }
  }

  @Override
  public void waiting(String why, Duration most) {
    log.info("{}: {}", name, why);
  }

  @Override
  public void finished(Path file) {
    log.info("{}: downloaded, {}", name, file);
  }

  private static long step(long have, long total) {
    return total > 0 ? 10 * have / total : have / STEP;
  }
}
