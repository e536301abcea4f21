package org.resnetserving.bench;

import java.util.Locale;

/**
 * Something to reach.
 *
 * @param name what is measured
 * @param wanted in words
 * @param measured in words, with the numbers that it comes from
 * @param met whether it was reached; not if it could not be measured
 */
record Target(String name, String wanted, String measured, boolean met) {

  static Target atLeast(String name, double least, double value, String unit, String how) {
    return new Target(
        name, "at least " + Cell.number(least) + unit, words(value, unit, how), value >= least);
  }

  static Target atMost(String name, double most, double value, String unit, String how) {
    return new Target(
        name, "at most " + Cell.number(most) + unit, words(value, unit, how), value <= most);
  }

  private static String words(double value, String unit, String how) {
    return Cell.number(value) + unit + (how.isEmpty() ? "" : " (" + how + ")");
  }

  String row() {
    return String.format(
        Locale.ROOT, "%-6s %-48s %-20s %s", met ? "met" : "MISSED", name, wanted, measured);
  }
}
