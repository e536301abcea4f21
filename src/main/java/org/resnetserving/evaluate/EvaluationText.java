package org.resnetserving.evaluate;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.resnetserving.evaluate.Evaluation.Missing;
import org.resnetserving.evaluate.Evaluation.Unanswered;
import org.resnetserving.evaluate.Score.Confusion;

/** An evaluation for people. */
public final class EvaluationText {
  private static final int MOST_CONFUSIONS = 10;
  private static final int MOST_UNANSWERED = 20;

  private EvaluationText() {}

  /** Its lines. */
  public static List<String> lines(Evaluation evaluation) {
    List<String> lines = new ArrayList<>();
    lines.add(
        line(
            "%s: %d pictures of %d classes in %s",
            evaluation.model(), evaluation.pictures(), evaluation.classes(), evaluation.folder()));
    if (evaluation.temperature() != null) {
      lines.add(line("Probabilities are of temperature %s.", evaluation.temperature()));
    }
    lines.add("");
    lines.addAll(scores(evaluation));
    if (evaluation.scores().size() > 1) {
      lines.add("");
      lines.addAll(comparisons(evaluation));
    }
    for (Missing one : evaluation.missing()) {
      lines.add("");
      lines.add("%s was not measured: %s".formatted(one.precision(), one.reason()));
    }
    lines.addAll(confusions(evaluation.reference()));
    lines.addAll(leftOut(evaluation));
    return lines;
  }

  private static List<String> scores(Evaluation evaluation) {
    List<List<String>> rows = new ArrayList<>();
    rows.add(
        List.of(
            "precision",
            "program",
            "answered",
            "top-1",
            "%",
            "95 %",
            "top-5",
            "%",
            "95 %",
            "log loss",
            "ECE"));
    for (Score score : evaluation.scores()) {
      int of = score.answered();
      rows.add(
          List.of(
              score.precision(),
              score.program(),
              Integer.toString(of),
              Integer.toString(score.top1()),
              percent((double) score.top1() / of),
              percent(Interval.wilson(score.top1(), of)),
              Integer.toString(score.top5()),
              percent((double) score.top5() / of),
              percent(Interval.wilson(score.top5(), of)),
              line("%.4f", score.logLoss()),
              line("%.4f", score.reliability().expectedCalibrationError())));
    }
    List<String> lines = table(rows);
    lines.add("");
    lines.add(
        line(
            "95 %%: Wilson's interval. ECE: expected calibration error, %d bins (Guo et al. 2017).",
            Reliability.BINS));
    return lines;
  }

  private static List<String> comparisons(Evaluation evaluation) {
    String reference = evaluation.reference().precision();
    List<List<String>> rows = new ArrayList<>();
    rows.add(
        List.of(
            "precision",
            "as " + reference,
            "%",
            "95 %",
            "only " + reference + " right",
            "only it right",
            "gain, points",
            "95 %",
            "McNemar's p"));
    for (Score score : evaluation.scores().subList(1, evaluation.scores().size())) {
      Comparison compared = evaluation.compared(score);
      rows.add(
          List.of(
              score.precision(),
              Integer.toString(compared.same()),
              percent((double) compared.same() / Math.max(1, compared.pictures())),
              percent(Interval.wilson(compared.same(), compared.pictures())),
              Integer.toString(compared.onlyReference()),
              Integer.toString(compared.onlyOther()),
              line("%+.2f", 100 * compared.gain()),
              line(
                  "%+.2f to %+.2f",
                  100 * compared.gainInterval().low(), 100 * compared.gainInterval().high()),
              line("%.3f", compared.mcNemar())));
    }
    List<String> lines = table(rows);
    lines.add("");
    lines.add(
        "Paired, on the same pictures. 95 % of a gain: Agresti and Min's interval (2005). p: McNemar's exact test, two-sided.");
    return lines;
  }

  private static List<String> confusions(Score score) {
    List<String> lines = new ArrayList<>();
    if (!score.confusions().isEmpty()) {
      lines.add("");
      lines.add("Worst confusions in %s:".formatted(score.precision()));
      for (Confusion one : score.confusions().stream().limit(MOST_CONFUSIONS).toList()) {
        lines.add(
            "%6d  %s → %s".formatted(one.pictures(), one.truth().name(), one.answer().name()));
      }
    }
    return lines;
  }

  private static List<String> leftOut(Evaluation evaluation) {
    List<String> lines = new ArrayList<>();
    if (evaluation.loose() > 0) {
      lines.add("");
      lines.add(
          "%d files beside the folders were passed over: nobody knows their class."
              .formatted(evaluation.loose()));
    }
    List<Unanswered> unanswered = evaluation.unanswered();
    if (!unanswered.isEmpty()) {
      lines.add("");
      lines.add("%d files have no answer:".formatted(unanswered.size()));
      for (Unanswered one : unanswered.stream().limit(MOST_UNANSWERED).toList()) {
        lines.add("  %s (%s): %s".formatted(one.file(), one.precision(), one.detail()));
      }
      if (unanswered.size() > MOST_UNANSWERED) {
        lines.add("  and %d more; --json lists all".formatted(unanswered.size() - MOST_UNANSWERED));
      }
    }
    return lines;
  }

  /** Columns as wide as they must be; all but the first end together. */
  private static List<String> table(List<List<String>> rows) {
    List<String> lines = new ArrayList<>();
    for (List<String> row : rows) {
      StringBuilder line = new StringBuilder();
      for (int i = 0; i < row.size(); i++) {
        int column = i;
        int width = rows.stream().mapToInt(other -> other.get(column).length()).max().orElse(1);
        line.append(
            ("%" + (row.get(i).matches("[a-z].*") ? "-" : "") + width + "s").formatted(row.get(i)));
        line.append(i == row.size() - 1 ? "" : "  ");
      }
      lines.add(line.toString());
    }
    return lines;
  }

  private static String percent(double share) {
    return line("%.2f", 100 * share);
  }

  private static String percent(Interval interval) {
    return line("%.2f to %.2f", 100 * interval.low(), 100 * interval.high());
  }

  private static String line(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }
}
