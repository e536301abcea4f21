package org.resnetserving.settings;

import java.io.PrintStream;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.diagnostics.FailureAnalysisReporter;

/** Says on standard error that the service does not start, why, and what to do: a line each. */
final class ThreeLines implements FailureAnalysisReporter {
  private final PrintStream err;

  ThreeLines() {
    this(System.err);
  }

  ThreeLines(PrintStream err) {
    this.err = err;
  }

  @Override
  public void report(FailureAnalysis analysis) {
    err.println("ResNet Serving does not start.");
    line("Why:  ", analysis.getDescription());
    line("To do:", analysis.getAction());
    err.flush();
  }

  private void line(String what, @Nullable String words) {
    if (words != null && !words.isBlank()) {
      err.println("  " + what + " " + words.strip().replaceAll("\\s*\\R\\s*", "\n         "));
    }
  }
}
