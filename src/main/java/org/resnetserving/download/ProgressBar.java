package org.resnetserving.download;

import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.LongSupplier;

/** One line of a terminal, drawn again and again. */
final class ProgressBar implements ProgressListener {
  private static final int WIDTH = 30;
  private static final long REDRAW = Duration.ofMillis(200).toNanos();

  private final String name;
  private final PrintStream out;
  private final LongSupplier ticker;
  private long drawn;
  private boolean any;

  /** Whether the terminal's last line is the bar, which nothing else should be written behind. */
  private boolean open;

  ProgressBar(String name, PrintStream out, LongSupplier ticker) {
    this.name = name;
    this.out = out;
    this.ticker = ticker;
  }

  @Override
  public void started(Source source, long have, long total) {
    draw(have, total);
  }

  @Override
  public void advanced(long have, long total) {
    if (!any || ticker.getAsLong() - drawn >= REDRAW || have == total) {
      draw(have, total);
    }
  }

  @Override
  public void waiting(String why, Duration most) {
    open = false;
    out.printf("\r%s: %s\033[K%n", name, why);
  }

  @Override
  public void finished(Path file) {
    open = false;
    out.printf("\r%s: %s\033[K%n", name, file);
  }

  @Override
  public void ended() {
    if (open) {
      open = false;
      out.println();
    }
  }

  private void draw(long have, long total) {
    any = true;
    open = true;
    drawn = ticker.getAsLong();
    if (total <= 0) {
      out.printf("\r%s %s\033[K", name, Progress.bytes(have));
      return;
    }
    int full = (int) (WIDTH * have / total);
    out.printf(
        "\r%s [%s%s] %3d %% of %s\033[K",
        name,
        "#".repeat(full),
        " ".repeat(WIDTH - full),
        100 * have / total,
        Progress.bytes(total));
  }
}
