package org.resnetserving.explain;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.resnetserving.network.Graph;
import org.resnetserving.network.Linear;
import org.resnetserving.network.Weight;

/**
 * The matrix that makes the logits of the pooled features: one row of weights for each class, and a
 * bias. A copy outside the heap, in fp32 whatever the program computes in; see RATIONALE.
 */
public final class Head {
  /** Four times ImageNet's classes over the widest features of the family: 32 MiB. */
  public static final int MOST_WEIGHTS = 4096 * 2048;

  private final FloatBuffer weights;
  private final float @Nullable [] biases;
  private final int classes;
  private final int channels;

  private Head(Linear linear) {
    this.classes = linear.weight().size(0);
    this.channels = linear.weight().size(1);
    this.weights =
        ByteBuffer.allocateDirect(Float.BYTES * classes * channels)
            .order(ByteOrder.nativeOrder())
            .asFloatBuffer();
    weights.put(linear.weight().read());
    Weight bias = linear.bias();
    this.biases = bias == null ? null : bias.read();
  }

  /**
   * The head of a network, whose weights are read here; empty where it does not end with a mean of
   * each plane and one matrix, or that has more than {@link #MOST_WEIGHTS} weights.
   */
  public static Optional<Head> of(Graph graph) {
    return graph.head().filter(linear -> linear.weight().elements() <= MOST_WEIGHTS).map(Head::new);
  }

  /** How many classes the network tells apart. */
  public int classes() {
    return classes;
  }

  /** How many planes the last feature map has. */
  public int channels() {
    return channels;
  }

  /** What each plane counts for a class. */
  float[] row(int index) {
    float[] row = new float[channels];
    weights.get(index * channels, row);
    return row;
  }

  /** What is added to a class's logit, whatever the picture. */
  float bias(int index) {
    return biases == null ? 0 : biases[index];
  }
}
