package org.resnetserving.evaluate;

import java.util.List;
import org.resnetserving.evaluate.Reliability.Bin;
import org.resnetserving.evaluate.Score.Confusion;
import org.resnetserving.evaluate.Score.OfClass;
import org.resnetserving.models.Label;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** An evaluation for programs. Shares are 0 to 1; intervals are of 95 %. */
public final class EvaluationJson {
  private static final int COVERAGES = 20;
  private static final JsonMapper JSON = new JsonMapper();

  private EvaluationJson() {}

  /** The document. */
  public static String of(Evaluation evaluation) {
    ObjectNode root =
        JSON.createObjectNode()
            .put("model", evaluation.model())
            .put("folder", evaluation.folder())
            .put("pictures", evaluation.pictures())
            .put("classes", evaluation.classes())
            .put("loose_files", evaluation.loose())
            .put("temperature", evaluation.temperature());
    root.withArray("unanswered");
    evaluation
        .unanswered()
        .forEach(
            one ->
                root.withArray("unanswered")
                    .addObject()
                    .put("path", one.file())
                    .put("precision", one.precision())
                    .put("problem", one.problem())
                    .put("detail", one.detail()));
    evaluation.scores().forEach(score -> score(root.withArray("precisions").addObject(), score));
    root.withArray("comparisons");
    for (Score score : evaluation.scores().subList(1, evaluation.scores().size())) {
      comparison(
          root.withArray("comparisons")
              .addObject()
              .put("precision", score.precision())
              .put("with", evaluation.reference().precision()),
          evaluation.compared(score));
    }
    root.withArray("not_measured");
    evaluation
        .missing()
        .forEach(
            one ->
                root.withArray("not_measured")
                    .addObject()
                    .put("precision", one.precision())
                    .put("reason", one.reason()));
    return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(root);
  }

  private static void score(ObjectNode node, Score score) {
    node.put("precision", score.precision())
        .put("program", score.program())
        .put("answered", score.answered());
    share(node.putObject("top1"), score.top1(), score.answered());
    share(node.putObject("top5"), score.top5(), score.answered());
    node.put("log_loss", score.logLoss())
        .put("expected_calibration_error", score.reliability().expectedCalibrationError());
    List<Bin> bins = score.reliability().bins();
    for (int i = 0; i < bins.size(); i++) {
      node.withArray("reliability")
          .addObject()
          .put("from", (double) i / bins.size())
          .put("to", (double) (i + 1) / bins.size())
          .put("pictures", bins.get(i).pictures())
          .put("confidence", bins.get(i).confidence())
          .put("accuracy", bins.get(i).accuracy());
    }
    for (Coverage one : Coverage.of(score.given(), COVERAGES)) {
      node.withArray("coverage")
          .addObject()
          .put("share", one.share())
          .put("threshold", one.threshold())
          .put("accuracy", one.accuracy());
    }
    node.withArray("confusions");
    for (Confusion one : score.confusions()) {
      ObjectNode confusion = node.withArray("confusions").addObject();
      label(confusion.putObject("truth"), one.truth());
      label(confusion.putObject("answer"), one.answer());
      confusion.put("pictures", one.pictures());
    }
    for (OfClass one : score.classes()) {
      label(node.withArray("classes").addObject(), one.label())
          .put("pictures", one.pictures())
          .put("right", one.right())
          .put("answers", one.answers())
          .put("recall", one.recall())
          .put("precision", one.precision());
    }
  }

  private static void comparison(ObjectNode node, Comparison compared) {
    node.put("pictures", compared.pictures());
    share(node.putObject("same"), compared.same(), compared.pictures());
    node.put("only_reference_right", compared.onlyReference())
        .put("only_this_right", compared.onlyOther())
        .putObject("gain")
        .put("share", compared.gain())
        .put("low", compared.gainInterval().low())
        .put("high", compared.gainInterval().high());
    node.put("mcnemar_p", compared.mcNemar());
  }

  private static void share(ObjectNode node, int counted, int of) {
    Interval interval = Interval.wilson(counted, of);
    node.put("pictures", counted)
        .put("share", of == 0 ? 0 : (double) counted / of)
        .put("low", interval.low())
        .put("high", interval.high());
  }

  private static ObjectNode label(ObjectNode node, Label label) {
    node.put("label", label.name()).put("index", label.index());
    return label.wnid() == null ? node : node.put("wnid", label.wnid());
  }
}
