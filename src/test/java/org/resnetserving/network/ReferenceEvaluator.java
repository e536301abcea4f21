package org.resnetserving.network;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What a graph's layers mean, in plain Java and in double: one picture, no library, no fusion. The
 * programs are compared with this.
 */
public final class ReferenceEvaluator {
  private final Graph graph;
  private final Map<String, double[]> values = new HashMap<>();
  private final Map<String, Shape> shapes;

  private ReferenceEvaluator(Graph graph, int height, int width) {
    this.graph = graph;
    this.shapes = graph.shapes(height, width);
  }

  /**
   * Evaluates one picture.
   *
   * @param pixels by row, column and channel
   * @return the three answers by name: logits, features, feature map
   */
  public static Map<String, double[]> evaluate(Graph graph, byte[] pixels, int height, int width) {
    ReferenceEvaluator evaluator = new ReferenceEvaluator(graph, height, width);
    Map<String, Integer> unread = graph.uses();
    evaluator.start(pixels);
    for (Layer layer : graph.layers()) {
      evaluator.values.put(layer.name(), evaluator.value(layer));
      for (String in : layer.inputs()) {
        if (unread.merge(in, -1, Integer::sum) == 0) {
          evaluator.values.remove(in);
        }
      }
    }
    Map<String, double[]> answers = new HashMap<>();
    graph.taps().forEach(tap -> answers.put(tap, evaluator.values.get(tap)));
    return answers;
  }

  /** Between which numbers each value lies for these pictures. */
  public static ActivationRanges ranges(Graph graph, List<byte[]> pictures, int height, int width) {
    Map<String, ActivationRanges.Range> ranges = new HashMap<>();
    for (byte[] pixels : pictures) {
      ReferenceEvaluator evaluator = new ReferenceEvaluator(graph, height, width);
      evaluator.start(pixels);
      for (Layer layer : graph.layers()) {
        double[] value = evaluator.value(layer);
        evaluator.values.put(layer.name(), value);
        for (double number : value) {
          ActivationRanges.Range alone = new ActivationRanges.Range(number, number);
          ranges.merge(layer.name(), alone, (range, point) -> range.including(point.low()));
        }
      }
    }
    return ActivationRanges.observed(ranges);
  }

  /** The logits of one picture. */
  public static double[] logits(Graph graph, byte[] pixels, int height, int width) {
    return evaluate(graph, pixels, height, width).get(graph.logits());
  }

  private void start(byte[] pixels) {
    double[] input = new double[pixels.length];
    for (int i = 0; i < input.length; i++) {
      input[i] = pixels[i] & 0xFF;
    }
    values.put(Graph.PIXELS, input);
  }

  private double[] value(Layer layer) {
    Shape in = shapes.get(layer.inputs().get(0));
    Shape out = shapes.get(layer.name());
    double[] x = values.get(layer.inputs().get(0));
    if (layer instanceof Normalize normalize) {
      return normalize(normalize.how(), x, in);
    } else if (layer instanceof Convolution convolution) {
      return convolution(convolution, x, in, out);
    } else if (layer instanceof BatchNorm norm) {
      return batchNorm(norm, x, in);
    } else if (layer instanceof Relu) {
      return Arrays.stream(x).map(v -> Math.max(v, 0)).toArray();
    } else if (layer instanceof Add add) {
      return sum(x, values.get(add.right()));
    } else if (layer instanceof MaxPool pool) {
      return maxPool(pool.window(), x, in, out);
    } else if (layer instanceof AveragePool pool) {
      return averagePool(pool, x, in, out);
    } else if (layer instanceof Sigmoid) {
      return Arrays.stream(x).map(v -> 1 / (1 + Math.exp(-v))).toArray();
    } else if (layer instanceof Multiply multiply) {
      return product(x, values.get(multiply.right()), out);
    } else if (layer instanceof ChannelConvolution convolution) {
      return overChannels(convolution.weight().read(), x);
    } else if (layer instanceof GlobalAveragePool) {
      return means(x, in);
    } else if (layer instanceof Linear linear) {
      return linear(linear, x, out);
    } else if (layer instanceof Subsample subsample) {
      return moved(x, in, out, 0, 0, 0, subsample.step());
    } else if (layer instanceof PadChannels pad) {
      return moved(x, in, out, pad.before(), 0, 0, 1);
    } else if (layer instanceof Pad pad) {
      return moved(x, in, out, 0, pad.top(), pad.left(), 1);
    } else if (layer instanceof Concat concat) {
      return concat(concat.inputs());
    } else if (layer instanceof Scale scale) {
      return Arrays.stream(x).map(v -> v * scale.factor()).toArray();
    } else if (layer instanceof Identity) {
      return x;
    }
    throw new IllegalArgumentException("no meaning for " + layer);
  }

  private static double[] normalize(Normalization how, double[] x, Shape in) {
    int plane = in.height() * in.width();
    double[] y = new double[how.channels() * plane];
    for (int i = 0; i < plane; i++) {
      for (int c = 0; c < how.channels(); c++) {
        y[c * plane + i] = how.apply((int) x[i * in.channels() + how.pixelChannel(c)], c);
      }
    }
    return y;
  }

  private double[] convolution(Convolution convolution, double[] x, Shape in, Shape out) {
    Window w = convolution.window();
    float[] kernel = convolution.weight().read();
    double[] y = new double[Math.toIntExact(out.elements())];
    int plane = out.height() * out.width();
    if (convolution.bias() != null) {
      float[] bias = convolution.bias().read();
      for (int o = 0; o < out.channels(); o++) {
        Arrays.fill(y, o * plane, (o + 1) * plane, bias[o]);
      }
    }
    int k = 0;
    int each = in.channels() / convolution.groups();
    for (int o = 0; o < out.channels(); o++) {
      int first = o / (out.channels() / convolution.groups()) * each;
      for (int c = first; c < first + each; c++) {
        for (int ky = 0; ky < w.height(); ky++) {
          for (int kx = 0; kx < w.width(); kx++) {
            int dy = ky * w.dilation() - w.top();
            int dx = kx * w.dilation() - w.left();
            tap(kernel[k++], x, c, in, y, o, out, w.stride(), dy, dx);
          }
        }
      }
    }
    if (convolution.addend() != null) {
      y = sum(y, values.get(convolution.addend()));
    }
    return convolution.relu() ? Arrays.stream(y).map(v -> Math.max(v, 0)).toArray() : y;
  }

  /** Adds one weight times one input plane, moved by (dy, dx), to one output plane. */
  private static void tap(
      double weight,
      double[] x,
      int c,
      Shape in,
      double[] y,
      int o,
      Shape out,
      int stride,
      int dy,
      int dx) {
    int firstColumn = dx >= 0 ? 0 : (-dx + stride - 1) / stride;
    int columns = Math.min(out.width(), (in.width() - 1 - dx) / stride + 1);
    if (in.width() - 1 - dx < 0) {
      return;
    }
    for (int row = 0; row < out.height(); row++) {
      int from = row * stride + dy;
      if (from >= 0 && from < in.height()) {
        int source = (c * in.height() + from) * in.width() + dx;
        int target = (o * out.height() + row) * out.width();
        if (stride == 1) {
          for (int column = firstColumn; column < columns; column++) {
            y[target + column] += weight * x[source + column];
          }
        } else {
          for (int column = firstColumn; column < columns; column++) {
            y[target + column] += weight * x[source + column * stride];
          }
        }
      }
    }
  }

  private static double[] batchNorm(BatchNorm norm, double[] x, Shape in) {
    float[] gamma = norm.gamma().read();
    float[] beta = norm.beta().read();
    float[] mean = norm.mean().read();
    float[] variance = norm.variance().read();
    int plane = in.height() * in.width();
    double[] y = new double[x.length];
    for (int i = 0; i < y.length; i++) {
      int c = i / plane;
      y[i] = (x[i] - mean[c]) / Math.sqrt(variance[c] + norm.epsilon()) * gamma[c] + beta[c];
    }
    return y;
  }

  private static double[] sum(double[] a, double[] b) {
    double[] y = new double[a.length];
    for (int i = 0; i < y.length; i++) {
      y[i] = a[i] + b[i];
    }
    return y;
  }

  private static double[] maxPool(Window w, double[] x, Shape in, Shape out) {
    double[] y = new double[Math.toIntExact(out.elements())];
    int i = 0;
    for (int c = 0; c < out.channels(); c++) {
      for (int row = 0; row < out.height(); row++) {
        for (int column = 0; column < out.width(); column++) {
          double largest = Double.NEGATIVE_INFINITY;
          for (int ky = 0; ky < w.height(); ky++) {
            for (int kx = 0; kx < w.width(); kx++) {
              int fromRow = row * w.stride() + ky - w.top();
              int fromColumn = column * w.stride() + kx - w.left();
              if (fromRow >= 0
                  && fromRow < in.height()
                  && fromColumn >= 0
                  && fromColumn < in.width()) {
                largest =
                    Math.max(largest, x[(c * in.height() + fromRow) * in.width() + fromColumn]);
              }
            }
          }
          y[i++] = largest;
        }
      }
    }
    return y;
  }

  /** By the definition: the sum under the window over the number of places that count. */
  private static double[] averagePool(AveragePool pool, double[] x, Shape in, Shape out) {
    Window w = pool.window();
    double[] y = new double[Math.toIntExact(out.elements())];
    int i = 0;
    for (int c = 0; c < out.channels(); c++) {
      for (int row = 0; row < out.height(); row++) {
        for (int column = 0; column < out.width(); column++) {
          double sum = 0;
          int inside = 0;
          int padded = 0;
          for (int ky = 0; ky < w.height(); ky++) {
            for (int kx = 0; kx < w.width(); kx++) {
              int r = row * w.stride() + ky - w.top();
              int k = column * w.stride() + kx - w.left();
              if (r >= 0 && r < in.height() && k >= 0 && k < in.width()) {
                sum += x[(c * in.height() + r) * in.width() + k];
                inside++;
              }
              padded += r < in.height() + w.bottom() && k < in.width() + w.right() ? 1 : 0;
            }
          }
          y[i++] = sum / (pool.countPadding() ? padded : inside);
        }
      }
    }
    return y;
  }

  private static double[] product(double[] a, double[] b, Shape out) {
    double[] y = new double[Math.toIntExact(out.elements())];
    int plane = out.height() * out.width();
    for (int i = 0; i < y.length; i++) {
      y[i] = a[a.length == y.length ? i : i / plane] * b[b.length == y.length ? i : i / plane];
    }
    return y;
  }

  private static double[] overChannels(float[] kernel, double[] x) {
    double[] y = new double[x.length];
    for (int i = 0; i < y.length; i++) {
      for (int k = 0; k < kernel.length; k++) {
        int from = i + k - kernel.length / 2;
        y[i] += from >= 0 && from < x.length ? kernel[k] * x[from] : 0;
      }
    }
    return y;
  }

  private static double[] means(double[] x, Shape in) {
    int plane = in.height() * in.width();
    double[] y = new double[in.channels()];
    for (int i = 0; i < x.length; i++) {
      y[i / plane] += x[i] / plane;
    }
    return y;
  }

  private static double[] linear(Linear linear, double[] x, Shape out) {
    float[] weight = linear.weight().read();
    float[] bias = linear.bias() == null ? new float[out.channels()] : linear.bias().read();
    double[] y = new double[out.channels()];
    for (int o = 0; o < y.length; o++) {
      y[o] = bias[o];
      for (int i = 0; i < x.length; i++) {
        y[o] += (double) weight[o * x.length + i] * x[i];
      }
    }
    return y;
  }

  /** The input at (channel, row, column) offset in zeros; every {@code step}-th row and column. */
  private static double[] moved(
      double[] x, Shape in, Shape out, int channel, int row, int column, int step) {
    double[] y = new double[Math.toIntExact(out.elements())];
    for (int c = 0; c < in.channels(); c++) {
      for (int r = 0; r < in.height(); r += step) {
        for (int k = 0; k < in.width(); k += step) {
          y[((c + channel) * out.height() + r / step + row) * out.width() + k / step + column] =
              x[(c * in.height() + r) * in.width() + k];
        }
      }
    }
    return y;
  }

  private double[] concat(List<String> inputs) {
    return inputs.stream().map(values::get).flatMapToDouble(Arrays::stream).toArray();
  }
}
