package org.resnetserving.bench;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** What a service did under each load, once a round. */
final class Rounds {
  final List<Cell> alone = new ArrayList<>();
  final List<Cell> peak = new ArrayList<>();
  final List<Cell> paced = new ArrayList<>();
  final List<Cell> poisson = new ArrayList<>();
  final List<Cell> overload = new ArrayList<>();

  /** Useful answers a second at the peak, on average. */
  double peakPerSecond() {
    return mean(peak, Cell::perSecond);
  }

  static <T> double mean(List<T> measured, ToDoubleFunction<T> figure) {
    return measured.stream().mapToDouble(figure).average().orElse(Double.NaN);
  }

  /** The cell whose figure is the median; of two the smaller. */
  static Cell median(List<Cell> cells, ToDoubleFunction<Cell> figure) {
    return cells.stream()
        .sorted(Comparator.comparingDouble(figure))
        .toList()
        .get((cells.size() - 1) / 2);
  }
}
