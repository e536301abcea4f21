package org.resnetserving.evaluate;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.resnetserving.evaluate.Drawing.Anchor;
import org.resnetserving.evaluate.Drawing.Point;
import org.resnetserving.evaluate.Reliability.Bin;

/**
 * An evaluation as an SVG: for each precision a reliability diagram, how many answers there are of
 * each confidence, and how many are right if only the most confident ones are given.
 */
public final class EvaluationPlot {
  private static final int SIDE = 220;
  private static final int LEFT = 48;
  private static final int TOP = 56;
  private static final int COLUMN = SIDE + 76;
  private static final int ROW = SIDE + 100;
  private static final int STEPS = 100;

  private EvaluationPlot() {}

  /** The document. */
  public static String of(Evaluation evaluation) {
    int rows = evaluation.scores().size();
    Drawing drawing =
        new Drawing(
            3 * COLUMN + 16,
            rows * ROW,
            "%s on %d pictures: reliability, confidence, coverage"
                .formatted(evaluation.model(), evaluation.pictures()));
    for (int row = 0; row < rows; row++) {
      Score score = evaluation.scores().get(row);
      int top = row * ROW;
      drawing.text(
          "title",
          Anchor.START,
          new Point(LEFT, top + 22),
          String.format(
              Locale.ROOT,
              "%s, %s: top-1 %.2f %%, expected calibration error %.4f",
              evaluation.model(),
              score.precision(),
              100.0 * score.top1() / score.answered(),
              score.reliability().expectedCalibrationError()));
      reliability(new Panel(drawing, LEFT, top + TOP), score);
      confidence(new Panel(drawing, LEFT + COLUMN, top + TOP), score);
      coverage(new Panel(drawing, LEFT + 2 * COLUMN, top + TOP), score);
    }
    return drawing.close();
  }

  private static void reliability(Panel panel, Score score) {
    List<Bin> bins = score.reliability().bins();
    for (int i = 0; i < bins.size(); i++) {
      panel.bar(i, bins.size(), bins.get(i).accuracy());
    }
    panel.line("ideal", List.of(new Point(0, 0), new Point(1, 1)));
    panel.frame("share right", "confidence", 1);
  }

  private static void confidence(Panel panel, Score score) {
    List<Bin> bins = score.reliability().bins();
    double most = bins.stream().mapToInt(Bin::pictures).max().orElse(1);
    for (int i = 0; i < bins.size(); i++) {
      panel.bar(i, bins.size(), bins.get(i).pictures() / most);
    }
    panel.frame("share of pictures", "confidence", most / score.answered());
  }

  private static void coverage(Panel panel, Score score) {
    List<Point> curve = new ArrayList<>();
    for (Coverage point : Coverage.of(score.given(), STEPS)) {
      curve.add(new Point(point.share(), point.accuracy()));
    }
    panel.line("curve", curve);
    panel.frame("share right", "share answered, the most confident first", 1);
  }

  /**
   * A square whose sides are 0 to 1.
   *
   * @param left of its upper left corner, in pixels
   * @param top of the same
   */
  private record Panel(Drawing drawing, int left, int top) {
    void bar(int place, int of, double height) {
      double width = (double) SIDE / of;
      drawing.rectangle(
          "bar", left + place * width + 1, top + SIDE * (1 - height), width - 2, SIDE * height);
    }

    void line(String look, List<Point> points) {
      drawing.line(
          look,
          points.stream()
              .map(point -> new Point(left + SIDE * point.x(), top + SIDE * (1 - point.y())))
              .toList());
    }

    /**
     * The axes and what they are.
     *
     * @param highest what the upper end stands for
     */
    void frame(String above, String below, double highest) {
      line("line", List.of(new Point(0, 1), new Point(0, 0), new Point(1, 0)));
      drawing.text("", Anchor.START, new Point(left, top - 8), above);
      drawing.text("", Anchor.MIDDLE, new Point(left + SIDE / 2.0, top + SIDE + 34), below);
      for (double end : new double[] {0, 0.5, 1}) {
        drawing.text(
            "",
            Anchor.MIDDLE,
            new Point(left + SIDE * end, top + SIDE + 16),
            String.format(Locale.ROOT, "%.1f", end));
        drawing.text(
            "",
            Anchor.END,
            new Point(left - 6, top + SIDE * (1 - end) + 4),
            String.format(Locale.ROOT, highest < 1 ? "%.2f" : "%.1f", end * highest));
      }
    }
  }
}
