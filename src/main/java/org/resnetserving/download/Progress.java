package org.resnetserving.download;

import java.io.Console;
import java.io.PrintStream;
import java.lang.reflect.InvocationTargetException;
import java.util.Locale;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** How progress is shown: a bar on a terminal, log lines elsewhere. */
public final class Progress {
  private Progress() {}

  /** A listener for the download of a name: whatever suits where the output goes. */
  public static Function<String, ProgressListener> auto() {
    return onTerminal() ? bar(System.err, System::nanoTime) : log();
  }

  /** Whether somebody looks on, at a terminal. */
  public static boolean onTerminal() {
    return isTerminal(System.console());
  }

  /** A listener that draws a bar. */
  public static Function<String, ProgressListener> bar(PrintStream out, LongSupplier ticker) {
    return name -> new ProgressBar(name, out, ticker);
  }

  /** A listener that logs a line every tenth of the way. */
  public static Function<String, ProgressListener> log() {
    return ProgressLog::new;
  }

  /** From Java 22 on there is a console even where there is no terminal, and a method to ask. */
  private static boolean isTerminal(@Nullable Console console) {
    if (console == null) {
      return false;
    }
    try {
      return (Boolean) Console.class.getMethod("isTerminal").invoke(console);
    } catch (NoSuchMethodException e) {
      return true;
    } catch (IllegalAccessException | InvocationTargetException e) {
      return false;
    }
  }

  /** 102.5 MB. */
  static String bytes(long bytes) {
    if (bytes < 1000) {
      return bytes + " B";
    }
    return bytes < 1_000_000
        ? String.format(Locale.ROOT, "%.1f kB", bytes / 1e3)
        : String.format(Locale.ROOT, "%.1f MB", bytes / 1e6);
  }
}
