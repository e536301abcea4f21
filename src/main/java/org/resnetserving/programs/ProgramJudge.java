package org.resnetserving.programs;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.resnetserving.engine.EngineFailure;
import org.resnetserving.network.ProgramKind;

/**
 * Whether a program computes the same network as the plain one: by its answers to the same
 * pictures, root mean square, in standard deviations of the plain one's.
 */
final class ProgramJudge {
  /** Why a program is refused whose answers cannot be compared. */
  static final String NOT_NUMBERS = "its answers are not numbers (NaN or infinite)";

  private ProgramJudge() {}

  /** How far logits may be from the plain program's, in standard deviations of those. */
  static double tolerance(ProgramKind kind) {
    return switch (kind.arithmetic()) {
      case FP32 -> 1e-4;
      case BF16, FP16 -> 0.03;
      case INT8 -> 0.15;
    };
  }

  static ProgramTrial judge(
      ProgramKind kind, List<float[]> reference, List<float[]> answers, @Nullable Double rate) {
    return judge(kind, reference, answers, rate, tolerance(kind));
  }

  /** The same by answers to few pictures, of which half the difference is allowed. */
  static ProgramTrial judgeFew(ProgramKind kind, List<float[]> reference, List<float[]> answers) {
    return judge(kind, reference, answers, null, tolerance(kind) / 2);
  }

  private static ProgramTrial judge(
      ProgramKind kind,
      List<float[]> reference,
      List<float[]> answers,
      @Nullable Double rate,
      double tolerance) {
    double squares = 0;
    double sum = 0;
    double sumOfSquares = 0;
    long count = 0;
    for (int i = 0; i < reference.size(); i++) {
      for (int j = 0; j < reference.get(i).length; j++) {
        double expected = reference.get(i)[j];
        double difference = answers.get(i)[j] - expected;
        squares += difference * difference;
        sum += expected;
        sumOfSquares += expected * expected;
        count++;
      }
    }
    double magnitude = Math.sqrt(sumOfSquares / count);
    double deviation = Math.sqrt(Math.max(0, sumOfSquares / count - sum / count * (sum / count)));
    // A network whose outputs are all the same has no deviation: it is compared by their size.
    double unit = deviation > 1e-6 * magnitude ? deviation : Math.max(magnitude, 1);
    double difference = Math.sqrt(squares / count) / unit;
    if (!Double.isFinite(difference)) {
      return new ProgramTrial(kind, rate, null, NOT_NUMBERS);
    }
    boolean close = difference <= tolerance;
    return new ProgramTrial(
        kind,
        rate,
        difference,
        close
            ? null
            : "its answers differ by %.3g deviations, more than %.3g"
                .formatted(difference, tolerance));
  }

  /** Refuses a network that answers with no numbers: no program of it can be compared. */
  static void requireNumbers(List<float[]> answers) {
    for (float[] answer : answers) {
      for (float number : answer) {
        if (!Float.isFinite(number)) {
          throw new EngineFailure(
              "the network answers generated pictures with NaN or infinity, in fp32: its weights"
                  + " are damaged, or not the architecture's");
        }
      }
    }
  }
}
