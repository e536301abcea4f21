package org.resnetserving.network;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.resnetserving.weights.StateDict;
import org.resnetserving.weights.WeightsException;

/** Hands out the tensors of a state dict against the shape that the architecture expects. */
final class CheckedWeights {
  private static final String COUNTER = "num_batches_tracked";
  private static final int NAMED_SURPLUS = 5;

  private final StateDict weights;
  private final String architecture;
  private final Set<String> names;
  private final Set<String> taken = new HashSet<>();

  CheckedWeights(StateDict weights, String architecture) {
    this.weights = weights;
    this.architecture = architecture;
    this.names = weights.names();
  }

  /** The tensor of that name; an expected size of 0 matches any. */
  Weight take(String name, int... expected) {
    if (!names.contains(name)) {
      throw new WeightsException(
          "%s: %s of %s is missing, expected shape %s: %s"
              .formatted(
                  weights.source(), name, architecture, text(expected), weights.insteadOf(name)));
    }
    int[] found = weights.shape(name);
    boolean same = found.length == expected.length;
    for (int i = 0; same && i < found.length; i++) {
      same = found[i] > 0 && (expected[i] == 0 || expected[i] == found[i]);
    }
    if (!same) {
      throw new WeightsException(
          "%s: %s has shape %s, %s expects %s"
              .formatted(
                  weights.source(), name, Arrays.toString(found), architecture, text(expected)));
    }
    if (!weights.isFloatingPoint(name)) {
      throw new WeightsException(
          "%s: %s of %s is not floating point".formatted(weights.source(), name, architecture));
    }
    taken.add(name);
    return Weight.of(weights, name);
  }

  /** Whether there is a tensor of that name. */
  boolean has(String name) {
    return names.contains(name);
  }

  /** Columns of a convolution's kernel; 0 if there is no such tensor. */
  int kernelSize(String name) {
    int[] shape = names.contains(name) ? weights.shape(name) : new int[0];
    return shape.length == 4 ? shape[3] : 0;
  }

  /** A tensor of a possible shape that does not fit its neighbours. */
  WeightsException refusal(String name, String expected) {
    return new WeightsException(
        "%s: %s has shape %s, %s expects %s"
            .formatted(
                weights.source(),
                name,
                Arrays.toString(weights.shape(name)),
                architecture,
                expected));
  }

  /** Refuses tensors that nothing took; batch-norm's counters aside. */
  void refuseSurplus() {
    List<String> surplus =
        new TreeSet<>(names)
            .stream().filter(name -> !taken.contains(name) && !name.endsWith(COUNTER)).toList();
    if (!surplus.isEmpty()) {
      String first = surplus.get(0);
      throw new WeightsException(
          "%s: %s with shape %s has no place in %s (%d such: %s%s)"
              .formatted(
                  weights.source(),
                  first,
                  Arrays.toString(weights.shape(first)),
                  architecture,
                  surplus.size(),
                  String.join(", ", surplus.subList(0, Math.min(surplus.size(), NAMED_SURPLUS))),
                  surplus.size() > NAMED_SURPLUS ? ", …" : ""));
    }
  }

  private static String text(int[] expected) {
    return Arrays.stream(expected)
        .mapToObj(size -> size > 0 ? Integer.toString(size) : "any")
        .toList()
        .toString();
  }
}
