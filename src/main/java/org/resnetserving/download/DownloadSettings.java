package org.resnetserving.download;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The bounds of a download.
 *
 * @param offline refuses to connect at all
 * @param connectTimeout how long a connection may take to stand
 * @param idleTimeout how long a server may say nothing, before its answer or within it
 * @param minimumRate bytes a second that must arrive on average over {@code rateWindow}
 * @param rateWindow over which the rate is averaged
 * @param attempts how many attempts in a row a source has to bring the download forward
 * @param firstBackoff the wait after the first failed attempt; each further one is twice as long
 * @param maxBackoff the longest such wait
 * @param maxRetryAfter the longest wait that a server's {@code Retry-After} gets
 * @param maxRedirects how many redirects are followed
 * @param maxBytes the largest file
 * @param lockWait how long to wait for another download into the same folder
 * @param token sent to its host; null sends none
 */
public record DownloadSettings(
    boolean offline,
    Duration connectTimeout,
    Duration idleTimeout,
    long minimumRate,
    Duration rateWindow,
    int attempts,
    Duration firstBackoff,
    Duration maxBackoff,
    Duration maxRetryAfter,
    int maxRedirects,
    long maxBytes,
    Duration lockWait,
    @Nullable BearerToken token) {

  public DownloadSettings {
    positive("connect-timeout", connectTimeout);
    positive("idle-timeout", idleTimeout);
    positive("rate-window", rateWindow);
    positive("first-backoff", firstBackoff);
    positive("max-backoff", maxBackoff);
    positive("max-retry-after", maxRetryAfter);
    positive("lock-wait", lockWait);
    within("minimum-rate", minimumRate, 0, 1L << 40);
    within("attempts", attempts, 1, 100);
    within("max-redirects", maxRedirects, 0, 50);
    within("max-bytes", maxBytes, 1, 1L << 50);
  }

  /** What suits files of some hundred megabytes. */
  public static DownloadSettings defaults() {
    return new DownloadSettings(
        false,
        Duration.ofSeconds(10),
        Duration.ofSeconds(30),
        4 << 10,
        Duration.ofMinutes(1),
        5,
        Duration.ofSeconds(1),
        Duration.ofSeconds(30),
        Duration.ofMinutes(2),
        5,
        4L << 30,
        Duration.ofHours(1),
        null);
  }

  /** The same, connecting or not. */
  public DownloadSettings withOffline(boolean offline) {
    return with(offline, maxBytes, token);
  }

  /** The same for smaller files; not for larger ones. */
  public DownloadSettings atMost(long bytes) {
    return with(offline, Math.min(bytes, maxBytes), token);
  }

  /** The same with a token. */
  public DownloadSettings withToken(@Nullable BearerToken token) {
    return with(offline, maxBytes, token);
  }

  private DownloadSettings with(boolean offline, long maxBytes, @Nullable BearerToken token) {
    return new DownloadSettings(
        offline,
        connectTimeout,
        idleTimeout,
        minimumRate,
        rateWindow,
        attempts,
        firstBackoff,
        maxBackoff,
        maxRetryAfter,
        maxRedirects,
        maxBytes,
        lockWait,
        token);
  }

  private static void positive(String name, Duration value) {
    if (value.isNegative() || value.isZero() || value.compareTo(Duration.ofDays(1)) > 0) {
      throw new IllegalArgumentException(
          name + " must be over 0 and at most a day, it is " + value);
    }
  }

  private static void within(String name, long value, long least, long most) {
    if (value < least || value > most) {
      throw new IllegalArgumentException(
          name + " must be from " + least + " to " + most + ", it is " + value);
    }
  }
}
