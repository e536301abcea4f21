package org.resnetserving.download;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

final class ProgressTest {
  private static final Source SOURCE =
      new Source(
          URI.create("https://a.example/net.pth"), "net.pth", Checksum.prefix("01234567"), null);

  @Test
  void log_hasALineForEveryTenth() {
    Logger logger = (Logger) LoggerFactory.getLogger(Downloader.class);
    ListAppender<ILoggingEvent> lines = new ListAppender<>();
    lines.start();
    logger.addAppender(lines);
    try {
      ProgressListener listener = Progress.log().apply("net");
      listener.started(SOURCE, 0, 1000);
      for (int have = 1; have <= 1000; have++) {
        listener.advanced(have, 1000);
      }
      listener.finished(Path.of("net.pth"));
    } finally {
      logger.detachAppender(lines);
    }
    assertThat(lines.list)
        .filteredOn(line -> line.getThreadName().equals(Thread.currentThread().getName()))
        .extracting(ILoggingEvent::getFormattedMessage)
        .hasSize(12)
        .startsWith("net: downloading https://a.example/net.pth (1.0 kB)", "net: 10 % of 1.0 kB")
        .endsWith("net: 100 % of 1.0 kB", "net: downloaded, net.pth");
  }

  @Test
  void bar_isDrawnFiveTimesASecond_andAtTheEnd() {
    AtomicLong now = new AtomicLong();
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ProgressListener listener =
        Progress.bar(new PrintStream(out, true, StandardCharsets.UTF_8), now::get).apply("net");
    listener.started(SOURCE, 0, 1_000_000);
    listener.advanced(100_000, 1_000_000);
    now.addAndGet(Duration.ofMillis(200).toNanos());
    listener.advanced(500_000, 1_000_000);
    listener.advanced(900_000, 1_000_000);
    listener.advanced(1_000_000, 1_000_000);
    String full = "#".repeat(30);
    assertThat(out.toString(StandardCharsets.UTF_8))
        .isEqualTo(
            "\rnet ["
                + " ".repeat(30)
                + "]   0 % of 1.0 MB\033[K"
                + "\rnet ["
                + "#".repeat(15)
                + " ".repeat(15)
                + "]  50 % of 1.0 MB\033[K"
                + "\rnet ["
                + full
                + "] 100 % of 1.0 MB\033[K");
  }

  @Test
  void bar_thatIsLeftBeforeItsEnd_isFollowedByANewLine() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ProgressListener listener =
        Progress.bar(new PrintStream(out, true, StandardCharsets.UTF_8), () -> 0).apply("net");
    listener.ended();
    assertThat(out.size()).isZero();
    listener.started(SOURCE, 0, -1);
    listener.ended();
    listener.started(SOURCE, 0, -1);
    listener.waiting("later", Duration.ZERO);
    listener.ended();
    assertThat(out.toString(StandardCharsets.UTF_8))
        .isEqualTo("\rnet 0 B\033[K%n\rnet 0 B\033[K\rnet: later\033[K%n".formatted());
  }

  @Test
  void bytes_areReadable() {
    assertThat(Progress.bytes(999)).isEqualTo("999 B");
    assertThat(Progress.bytes(1500)).isEqualTo("1.5 kB");
    assertThat(Progress.bytes(102_540_417)).isEqualTo("102.5 MB");
  }
}
