package org.resnetserving.access;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.resnetserving.admission.Ticker;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A file of keys, a line {@code client:hash} each, which may change while the service runs: it is
 * read again by whoever comes when the last look is some seconds old. One that cannot be read, or
 * has a line that is none, changes nothing, and the log says so. Thread-safe.
 */
final class KeyFile implements Supplier<List<ApiKey>> {
  /** Between two looks at the file. */
  static final Duration LOOK = Duration.ofSeconds(5);

  /** Room for thousands of keys. */
  private static final int LONGEST = 1 << 20;

  private static final Logger log = LoggerFactory.getLogger(KeyFile.class);

  private final Path file;
  private final Ticker ticker;
  private final ReentrantLock lock = new ReentrantLock();

  /** What was looked at last, good or not. Guarded by the lock. */
  private byte[] seen;

  private volatile List<ApiKey> keys;
  private volatile long lookedAt;

  /**
   * Reads it.
   *
   * @throws IllegalArgumentException if it cannot be read, or is no such file
   */
  KeyFile(Path file, Ticker ticker) {
    this.file = file;
    this.ticker = ticker;
    try {
      this.seen = read(file);
    } catch (IOException e) {
      throw new IllegalArgumentException("resnet.security.api-keys-file cannot be read: " + e, e);
    }
    this.keys = parse(seen);
    this.lookedAt = ticker.nanos();
  }

  @Override
  public List<ApiKey> get() {
    // One looks; the others go on with what was known.
    if (ticker.nanos() - lookedAt >= LOOK.toNanos() && lock.tryLock()) {
      try {
        look();
      } finally {
        lookedAt = ticker.nanos();
        lock.unlock();
      }
    }
    return keys;
  }

  private void look() {
    try {
      byte[] now = read(file);
      if (!Arrays.equals(now, seen)) {
        seen = now;
        keys = parse(now);
        log.info("API keys were read anew: {}", keys);
      }
    } catch (IOException | IllegalArgumentException e) {
      log.error("API keys stay as they were; the file is not good: {}", e.toString());
    }
  }

  private static byte[] read(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      byte[] bytes = in.readNBytes(LONGEST + 1);
      if (bytes.length > LONGEST) {
        throw new IOException("it has more than " + LONGEST + " bytes");
      }
      return bytes;
    }
  }

  private List<ApiKey> parse(byte[] bytes) {
    List<ApiKey> parsed = new ArrayList<>();
    int number = 0;
    for (String line : new String(bytes, StandardCharsets.UTF_8).split("\\R", -1)) {
      number++;
      if (!line.isBlank() && !line.startsWith("#")) {
        parsed.add(ApiKey.parse(line, "Line %d of %s".formatted(number, file)));
      }
    }
    if (parsed.isEmpty()) {
      throw new IllegalArgumentException("There is no key in " + file);
    }
    return List.copyOf(parsed);
  }
}
