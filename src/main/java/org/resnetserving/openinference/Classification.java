package org.resnetserving.openinference;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.resnetserving.models.Labels;
import org.resnetserving.network.Activation;
import org.resnetserving.serving.Ranking;

/**
 * The largest values of an output in words, {@code value:index:label}: Triton's <i>Classification
 * Extension</i>.
 */
final class Classification {
  /** What C++'s {@code std::to_string} writes. */
  private static final int DECIMALS = 6;

  private Classification() {}

  /**
   * The classes of each picture, the one of the largest value first.
   *
   * @param name of the output
   * @param rows values for each picture, one for each class
   * @param count classes for each picture; those there are, if that is less
   * @return BYTES of the shape pictures × classes
   */
  static Tensor of(String name, List<float[]> rows, int count, Labels labels) {
    int classes = Math.min(count, labels.size());
    List<ByteBuffer> words = new ArrayList<>();
    for (float[] row : rows) {
      for (Ranking.Ranked ranked : Ranking.top(row, Activation.NONE, classes, 0)) {
        words.add(
            StandardCharsets.UTF_8.encode(
                word(ranked.probability(), ranked.index(), labels.get(ranked.index()).name())));
      }
    }
    return new Tensor(name, Datatype.BYTES, Shape.of(rows.size(), classes), words);
  }

  /** Clients split at the colons, so a label has none. */
  private static String word(double value, int index, String label) {
    return new BigDecimal(value).setScale(DECIMALS, RoundingMode.HALF_EVEN).toPlainString()
        + ":"
        + index
        + ":"
        + label.replace(':', ' ');
  }
}
