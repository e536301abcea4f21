package org.resnetserving.faults;

import org.resnetserving.RunningServer;

/** What Prometheus would read of a service. */
final class Metrics {
  private final RunningServer management;

  Metrics(RunningServer management) {
    this.management = management;
  }

  /** The value of a series, as it is written; fails where there is none. */
  double value(String series) {
    String text = management.get("/actuator/prometheus").text();
    return text.lines()
        .filter(line -> line.startsWith(series + " "))
        .mapToDouble(line -> Double.parseDouble(line.substring(series.length() + 1)))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no series " + series + " in\n" + text));
  }
}
