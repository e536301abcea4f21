package org.resnetserving.evaluate;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * An SVG under way. What looks how is said by classes, whose colours follow the reader's choice of
 * light or dark; words stay text.
 */
final class Drawing {
  private static final String STYLE =
      """
      text{font:12px system-ui,sans-serif;fill:#1f2328}
      .title{font-size:14px;font-weight:600}
      .paper{fill:#ffffff}
      .line{stroke:#8c959f;stroke-width:1;fill:none}
      .ideal{stroke:#57606a;stroke-width:1;stroke-dasharray:4 3;fill:none}
      .bar{fill:#0969da;fill-opacity:.75}
      .curve{stroke:#bc4c00;stroke-width:2;fill:none}
      @media (prefers-color-scheme:dark){
      text{fill:#e6edf3}
      .paper{fill:#0d1117}
      .line{stroke:#6e7681}
      .ideal{stroke:#9da7b3}
      .bar{fill:#58a6ff}
      .curve{stroke:#f0883e}
      }
      """;

  private final StringBuilder svg = new StringBuilder();

  /** Where a word stands to its point. */
  enum Anchor {
    START,
    MIDDLE,
    END
  }

  /** A point, in pixels from the upper left corner. */
  record Point(double x, double y) {}

  /**
   * @param title what is told to those who cannot see it
   */
  Drawing(int width, int height, String title) {
    svg.append(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%1$d\" height=\"%2$d\" viewBox=\"0 0 %1$d %2$d\" role=\"img\">\n"
                .formatted(width, height))
        .append("<title>%s</title>\n<style>\n%s</style>\n".formatted(escaped(title), STYLE));
    rectangle("paper", 0, 0, width, height);
  }

  void rectangle(String look, double x, double y, double width, double height) {
    append(
        "<rect class=\"%s\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\"/>",
        look, x, y, width, height);
  }

  void line(String look, List<Point> points) {
    append(
        "<polyline class=\"%s\" points=\"%s\"/>",
        look,
        points.stream()
            .map(point -> String.format(Locale.ROOT, "%.1f,%.1f", point.x(), point.y()))
            .collect(Collectors.joining(" ")));
  }

  void text(String look, Anchor anchor, Point at, String words) {
    append(
        "<text class=\"%s\" text-anchor=\"%s\" x=\"%.1f\" y=\"%.1f\">%s</text>",
        look, anchor.name().toLowerCase(Locale.ROOT), at.x(), at.y(), escaped(words));
  }

  /** The whole document. */
  String close() {
    return svg + "</svg>\n";
  }

  private void append(String format, Object... values) {
    svg.append(String.format(Locale.ROOT, format, values)).append('\n');
  }

  private static String escaped(String words) {
    return words.replace("&", "&amp;").replace("<", "&lt;").replace("\"", "&quot;");
  }
}
