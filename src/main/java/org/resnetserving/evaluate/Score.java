package org.resnetserving.evaluate;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.resnetserving.evaluate.LabelledPictures.LabelledPicture;
import org.resnetserving.models.Label;
import org.resnetserving.models.Labels;

/**
 * How a model did in one precision.
 *
 * @param precision that it was computed in
 * @param program which ran, such as fused-int8; - where it came ready
 * @param judgements what became of each picture; null where there was no answer
 * @param answered pictures with an answer
 * @param top1 of those, whose most probable class is right
 * @param top5 whose right class is among the five most probable
 * @param logLoss the mean of the negative natural logarithms of the right classes' probabilities
 * @param reliability of what it says of its own certainty
 * @param classes that there are pictures of, or answers, in the order of the outputs
 * @param confusions wrong answers, the most frequent first
 */
record Score(
    String precision,
    String program,
    List<@Nullable Judgement> judgements,
    int answered,
    int top1,
    int top5,
    double logLoss,
    Reliability reliability,
    List<OfClass> classes,
    List<Confusion> confusions) {

  /**
   * How it did with one class.
   *
   * @param pictures of it that have an answer
   * @param right of those, how many it was recognised in
   * @param answers how many pictures it was recognised in, rightly or wrongly
   */
  record OfClass(Label label, int pictures, int right, int answers) {
    /** The share of the class's pictures that it was recognised in; null of none. */
    @Nullable Double recall() {
      return pictures == 0 ? null : (double) right / pictures;
    }

    /** The share of its answers that are right; null of none. */
    @Nullable Double precision() {
      return answers == 0 ? null : (double) right / answers;
    }
  }

  /** How often one class was taken for another. */
  record Confusion(Label truth, Label answer, int pictures) {}

  /**
   * Counts.
   *
   * @param judgements one for each of the pictures; null where there was no answer
   */
  static Score of(
      String precision,
      String program,
      List<LabelledPicture> pictures,
      List<@Nullable Judgement> judgements,
      Labels labels) {
    int[] ofClass = new int[labels.size()];
    int[] right = new int[labels.size()];
    int[] answers = new int[labels.size()];
    Map<Long, Integer> confused = new HashMap<>();
    for (int i = 0; i < pictures.size(); i++) {
      Judgement judgement = judgements.get(i);
      if (judgement == null) {
        continue;
      }
      int truth = pictures.get(i).truth();
      ofClass[truth]++;
      answers[judgement.answered()]++;
      if (judgement.right()) {
        right[truth]++;
      } else {
        confused.merge((long) truth * labels.size() + judgement.answered(), 1, Integer::sum);
      }
    }
    List<OfClass> classes = new ArrayList<>();
    for (Label label : labels.all()) {
      int index = label.index();
      if (ofClass[index] + answers[index] > 0) {
        classes.add(new OfClass(label, ofClass[index], right[index], answers[index]));
      }
    }
    List<Judgement> answered = answered(judgements);
    return new Score(
        precision,
        program,
        judgements,
        answered.size(),
        (int) answered.stream().filter(Judgement::right).count(),
        (int) answered.stream().filter(one -> one.rank() < 5).count(),
        answered.stream().mapToDouble(Judgement::logLoss).average().orElse(0),
        Reliability.of(answered),
        classes,
        confusions(confused, labels));
  }

  /** Those that there are, in their order. */
  List<Judgement> given() {
    return answered(judgements);
  }

  private static List<Judgement> answered(List<@Nullable Judgement> judgements) {
    List<Judgement> answered = new ArrayList<>();
    for (Judgement judgement : judgements) {
      if (judgement != null) {
        answered.add(judgement);
      }
    }
    return answered;
  }

  private static List<Confusion> confusions(Map<Long, Integer> confused, Labels labels) {
    return confused.entrySet().stream()
        .sorted(
            Map.Entry.<Long, Integer>comparingByValue(Comparator.reverseOrder())
                .thenComparing(Map.Entry.comparingByKey()))
        .map(
            entry ->
                new Confusion(
                    labels.get((int) (entry.getKey() / labels.size())),
                    labels.get((int) (entry.getKey() % labels.size())),
                    entry.getValue()))
        .toList();
  }
}
