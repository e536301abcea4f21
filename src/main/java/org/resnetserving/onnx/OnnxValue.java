package org.resnetserving.onnx;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.resnetserving.network.Activation;
import org.resnetserving.network.Weight;

/** What a name in an ONNX graph stands for. */
sealed interface OnnxValue {

  /**
   * A value of the network.
   *
   * @param layer the layer that makes it
   * @param axes what each dimension is, one letter each: N pictures, C channels, H rows, W columns,
   *     1 for one that has a single place
   * @param activation what it has been through; nothing but the answer may read it then
   * @param halved the dimension that only every so many places are left of, and the other is not
   *     yet; 0 if there is none
   * @param step how many
   */
  record Feature(String layer, String axes, @Nullable Activation activation, char halved, int step)
      implements OnnxValue {

    Feature(String layer, String axes) {
      this(layer, axes, null, (char) 0, 1);
    }

    /** The dimension by its index, which may count from the end. */
    int axis(long index) {
      long axis = index < 0 ? index + axes.length() : index;
      if (axis < 0 || axis >= axes.length()) {
        throw new IllegalArgumentException(
            "works along axis %d of %d".formatted(index, axes.length()));
      }
      return (int) axis;
    }

    /** Which dimension the channels are. */
    int channelAxis() {
      return axes.indexOf('C');
    }
  }

  /** Constant floats. */
  record Numbers(Weight weight) implements OnnxValue {}

  /**
   * A list of sizes that can be told.
   *
   * @param sizes {@link #PICTURES} for the number of pictures, {@link #UNKNOWN} for what is not
   *     known; row by row
   * @param columns how many each row has; 1 for a plain list
   */
  record Sizes(List<Long> sizes, int columns) implements OnnxValue {
    static final long PICTURES = Long.MIN_VALUE;
    static final long UNKNOWN = Long.MIN_VALUE + 1;

    Sizes(List<Long> sizes) {
      this(sizes, 1);
    }
  }
}
