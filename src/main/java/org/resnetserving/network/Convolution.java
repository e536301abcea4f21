package org.resnetserving.network;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Cross-correlation, then the bias, then {@code addend} added, then {@code relu}, each if there.
 *
 * @param weight (output channel, input channel within its group, row, column)
 * @param bias one per output channel
 * @param groups into which input and output channels are divided, in order; each group of output
 *     channels reads its own group of input channels
 * @param addend a value of the output's size
 */
public record Convolution(
    String name,
    String input,
    Weight weight,
    @Nullable Weight bias,
    Window window,
    int groups,
    @Nullable String addend,
    boolean relu)
    implements Layer {

  /** Refuses a kernel of another size than its window's, and groups that do not come out even. */
  public Convolution {
    if (groups < 1 || weight.size(0) % groups != 0) {
      throw new IllegalArgumentException(
          "%s has %d output channels in %d groups".formatted(name, weight.size(0), groups));
    }
    if (weight.size(2) != window.height() || weight.size(3) != window.width()) {
      throw new IllegalArgumentException(
          "%s has a kernel %s for a window of %d×%d"
              .formatted(name, weight, window.height(), window.width()));
    }
  }

  /** A convolution alone. */
  public Convolution(
      String name, String input, Weight weight, @Nullable Weight bias, Window window) {
    this(name, input, weight, bias, window, 1);
  }

  /** A convolution alone, in groups. */
  public Convolution(
      String name, String input, Weight weight, @Nullable Weight bias, Window window, int groups) {
    this(name, input, weight, bias, window, groups, null, false);
  }

  /** The same with what follows it: it takes the name of the last step. */
  Convolution followedBy(String last, @Nullable String addend, boolean relu) {
    return new Convolution(last, input, weight, bias, window, groups, addend, relu);
  }

  /** The same reading what lies before a padding. */
  Convolution padded(Pad pad) {
    Window wider = window.padded(pad.top(), pad.left(), pad.bottom(), pad.right());
    return new Convolution(name, pad.input(), weight, bias, wider, groups, addend, relu);
  }

  /** Whether nothing is added and nothing cut off after it. */
  boolean isAlone() {
    return addend == null && !relu;
  }

  /** How many channels it reads. */
  public int inputChannels() {
    return weight.size(1) * groups;
  }

  @Override
  public List<String> inputs() {
    return addend == null ? List.of(input) : List.of(input, addend);
  }

  @Override
  public Layer reading(List<String> inputs) {
    String added = addend == null ? null : inputs.get(1);
    return new Convolution(name, inputs.get(0), weight, bias, window, groups, added, relu);
  }

  @Override
  public Shape shape(List<Shape> inputs) {
    Shape in = Demand.channels(this, inputs.get(0), inputChannels());
    Shape out = window.over(in, weight.size(0), false);
    if (addend != null && !inputs.get(1).equals(out)) {
      throw new IllegalArgumentException(
          "%s makes %s and adds %s".formatted(name, out, inputs.get(1)));
    }
    return out;
  }

  @Override
  public boolean makesVector(List<Boolean> inputs) {
    Demand.alike(this, inputs);
    return Demand.planes(this, inputs);
  }

  @Override
  public List<Weight> weights() {
    return bias == null ? List.of(weight) : List.of(weight, bias);
  }

  @Override
  public long multiplyAdds(Shape output) {
    return weight.elements() * output.height() * output.width();
  }
}
