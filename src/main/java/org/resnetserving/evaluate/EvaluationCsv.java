package org.resnetserving.evaluate;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.resnetserving.bulk.ResultFormat;
import org.resnetserving.evaluate.Score.OfClass;

/** How a model did with each class, for spreadsheets: values separated by commas. */
public final class EvaluationCsv {
  private EvaluationCsv() {}

  /** Its lines; a class has one for each precision. */
  public static List<String> lines(Evaluation evaluation) {
    List<String> lines = new ArrayList<>();
    lines.add("computed_in,label,index,wnid,pictures,right,answers,recall,precision");
    for (Score score : evaluation.scores()) {
      for (OfClass one : score.classes()) {
        lines.add(
            ResultFormat.separated(
                List.of(
                    score.precision(),
                    one.label().name(),
                    Integer.toString(one.label().index()),
                    Objects.requireNonNullElse(one.label().wnid(), ""),
                    Integer.toString(one.pictures()),
                    Integer.toString(one.right()),
                    Integer.toString(one.answers()),
                    text(one.recall()),
                    text(one.precision()))));
      }
    }
    return lines;
  }

  private static String text(@Nullable Double share) {
    return share == null ? "" : share.toString();
  }
}
