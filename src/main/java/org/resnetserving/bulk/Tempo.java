package org.resnetserving.bulk;

import java.io.PrintStream;
import java.time.Duration;
import java.util.Locale;
import java.util.function.LongSupplier;

/** Shows how far it is, how fast it goes, and how long it will take. */
final class Tempo {
  private static final int WIDTH = 30;
  private static final long REDRAW = Duration.ofMillis(200).toNanos();
  private static final long LOG = Duration.ofSeconds(10).toNanos();

  private final PrintStream out;
  private final boolean terminal;
  private final LongSupplier ticker;
  private final long total;
  private final long before;
  private final long start;
  private long shown;
  private long done;
  private long refused;

  /**
   * @param terminal whether a line can be drawn again and again
   * @param total how many pictures there are in all; -1 if nobody knows
   * @param before how many of them were done already
   */
  Tempo(PrintStream out, boolean terminal, LongSupplier ticker, long total, long before) {
    this.out = out;
    this.terminal = terminal;
    this.ticker = ticker;
    this.total = total;
    this.before = before;
    this.done = before;
    this.start = ticker.getAsLong();
    this.shown = start;
  }

  /** Another picture is done. */
  void step(boolean answered) {
    done++;
    refused += answered ? 0 : 1;
    long now = ticker.getAsLong();
    if (now - shown >= (terminal ? REDRAW : LOG)) {
      shown = now;
      out.print(terminal ? "\r" + words(now) + "\033[K" : words(now) + System.lineSeparator());
      out.flush();
    }
  }

  /** All are. */
  void end() {
    String words = words(ticker.getAsLong());
    out.println(terminal ? "\r" + words + "\033[K" : words);
  }

  private String words(long now) {
    double seconds = Math.max(1e-9, (now - start) / 1e9);
    double rate = (done - before) / seconds;
    StringBuilder words = new StringBuilder();
    if (total >= 0) {
      int full = total == 0 ? WIDTH : (int) Math.min(WIDTH, WIDTH * done / total);
      words.append("[%s%s] ".formatted("#".repeat(full), " ".repeat(WIDTH - full)));
    }
    words.append(String.format(Locale.ROOT, "%d", done));
    if (total >= 0) {
      words.append(" of ").append(total);
    }
    words.append(String.format(Locale.ROOT, " pictures, %.1f a second", rate));
    if (total > done && rate > 0) {
      words.append(", ").append(time((long) Math.ceil((total - done) / rate))).append(" left");
    }
    if (refused > 0) {
      words.append(", ").append(refused).append(" without an answer");
    }
    return words.toString();
  }

  private static String time(long seconds) {
    return seconds < 3600
        ? "%d:%02d min".formatted(seconds / 60, seconds % 60)
        : "%d:%02d h".formatted(seconds / 3600, seconds / 60 % 60);
  }
}
