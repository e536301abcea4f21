package org.resnetserving.network;

import static org.resnetserving.network.ProgramText.list;
import static org.resnetserving.network.ProgramText.number;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** The floating-point ops of all layers but convolutions, which every build of libtorch has. */
final class FloatOps {
  private static final long TO_THE_END = Long.MAX_VALUE;

  private final ProgramText text;
  private final Element element;
  private final boolean channelsLast;

  /**
   * @param element what values are held in
   * @param channelsLast whether values lie in memory with the channel innermost, as the pixels do
   */
  FloatOps(ProgramText text, Element element, boolean channelsLast) {
    this.text = text;
    this.element = element;
    this.channelsLast = channelsLast;
  }

  /**
   * The expression for what a layer makes.
   *
   * @param in the expressions for what it reads
   */
  String expression(Layer layer, List<String> in) {
    String first = in.get(0);
    if (layer instanceof Normalize normalize) {
      return normalize(normalize.how(), first);
    } else if (layer instanceof BatchNorm norm) {
      return "torch.batch_norm(%s, %s, %s, %s, %s, False, 0., %s, False)"
          .formatted(
              first,
              vector(norm.gamma()),
              vector(norm.beta()),
              vector(norm.mean()),
              vector(norm.variance()),
              number(norm.epsilon()));
    } else if (layer instanceof Relu) {
      return "torch.relu(%s)".formatted(first);
    } else if (layer instanceof Sigmoid) {
      return "torch.sigmoid(%s)".formatted(first);
    } else if (layer instanceof Add) {
      return "torch.add(%s, %s)".formatted(first, in.get(1));
    } else if (layer instanceof Multiply multiply) {
      boolean vectors = text.graph().isVector(multiply.name());
      return "torch.mul(%s, %s)"
          .formatted(
              vectors ? first : planes(multiply.left(), first),
              vectors ? in.get(1) : planes(multiply.right(), in.get(1)));
    } else if (layer instanceof MaxPool pool) {
      return maxPool(pool, first, element.lowest());
    } else if (layer instanceof AveragePool pool) {
      return averagePool(pool, first);
    } else if (layer instanceof GlobalAveragePool) {
      return "torch.mean(%s, [2, 3])".formatted(first);
    } else if (layer instanceof Linear linear) {
      String vector =
          text.graph().isVector(linear.input()) ? first : "torch.flatten(%s, 1)".formatted(first);
      return "torch.linear(%s, %s, %s)"
          .formatted(vector, vector(linear.weight()), optional(linear.bias()));
    } else if (layer instanceof ChannelConvolution convolution) {
      return "torch.squeeze(torch.conv1d(torch.unsqueeze(%s, 1), %s, None, [1], [%d], [1], 1), 1)"
          .formatted(first, vector(convolution.weight()), convolution.weight().size(2) / 2);
    } else if (layer instanceof Subsample subsample) {
      return subsample(subsample, first);
    } else if (layer instanceof PadChannels pad) {
      return pad(first, 0, 0, 0, 0, 0, pad.before(), pad.after());
    } else if (layer instanceof Pad pad) {
      return pad(first, 0, pad.left(), pad.right(), pad.top(), pad.bottom());
    } else if (layer instanceof Concat) {
      return "torch.cat([%s], 1)".formatted(String.join(", ", in));
    } else if (layer instanceof Scale scale) {
      return "torch.mul(%s, %s)".formatted(first, number(scale.factor()));
    } else if (layer instanceof Identity) {
      return first;
    }
    throw new IllegalStateException("no op for " + layer);
  }

  private String normalize(Normalization how, String pixels) {
    String planes = "torch.permute(%s, [0, 3, 1, 2])".formatted(chosen(how, pixels));
    if (!channelsLast) {
      planes = "torch.contiguous(%s)".formatted(planes);
    }
    String value = text.let(to(planes, Element.FLOAT32));
    text.let("torch.div_(%s, %s)".formatted(value, number(how.divisor())));
    text.let("torch.sub_(%s, %s)".formatted(value, perChannel("mean", how.mean())));
    String normal = "torch.div_(%s, %s)".formatted(value, perChannel("deviation", how.deviation()));
    return element == Element.FLOAT32 ? normal : to(text.let(normal), element);
  }

  /** The pixels' channels in the order in which the network reads them. */
  private String chosen(Normalization how, String pixels) {
    if (how.channels() < how.pixelChannels()) {
      return text.let("torch.slice(%s, 3, 0, 1, 1)".formatted(pixels));
    }
    return how.order() == ChannelOrder.BGR
        ? text.let("torch.flip(%s, [3])".formatted(pixels))
        : pixels;
  }

  /** A value that planes can be multiplied by. */
  private String planes(String value, String expression) {
    return text.graph().isVector(value)
        ? "torch.unsqueeze(torch.unsqueeze(%s, -1), -1)".formatted(expression)
        : expression;
  }

  private static String averagePool(AveragePool pool, String in) {
    Window window = pool.window();
    return "torch.avg_pool2d(%s, %s, %s, %s, %s, %s, None)"
        .formatted(
            in,
            list(window.height(), window.width()),
            list(window.stride(), window.stride()),
            list(window.top(), window.left()),
            literal(pool.roundUp()),
            literal(pool.countPadding()));
  }

  /**
   * libtorch's pooling, after a padding of its own where that is not alike on both sides.
   *
   * @param lowest what wins over nothing
   */
  String maxPool(MaxPool pool, String in, double lowest) {
    Window window = pool.window();
    boolean own =
        window.isSymmetric()
            && window.top() * 2 <= window.height()
            && window.left() * 2 <= window.width();
    if (!own) {
      in = text.let(pad(in, lowest, window.left(), window.right(), window.top(), window.bottom()));
    }
    return "torch.max_pool2d(%s, %s, %s, %s, [1, 1], %s)"
        .formatted(
            in,
            list(window.height(), window.width()),
            list(window.stride(), window.stride()),
            own ? list(window.top(), window.left()) : list(0, 0),
            literal(pool.roundUp()));
  }

  static String subsample(Subsample subsample, String in) {
    String rows = "torch.slice(%s, 2, 0, %d, %d)".formatted(in, TO_THE_END, subsample.step());
    return "torch.slice(%s, 3, 0, %d, %d)".formatted(rows, TO_THE_END, subsample.step());
  }

  static String pad(String in, double value, int... innermostFirst) {
    return "torch.constant_pad_nd(%s, %s, %s)".formatted(in, list(innermostFirst), number(value));
  }

  static String to(String value, Element element) {
    return "torch.to(%s, %d)".formatted(value, element.scalarType());
  }

  private static String literal(boolean value) {
    return value ? "True" : "False";
  }

  private String perChannel(String name, List<Float> numbers) {
    float[] values = new float[numbers.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = numbers.get(i);
    }
    Weight weight = new Weight(name, new int[] {1, values.length, 1, 1}, values::clone);
    return text.store(weight, Element.FLOAT32, false);
  }

  /** A tensor, or none. */
  String optional(@Nullable Weight weight) {
    return weight == null ? "None" : vector(weight);
  }

  private String vector(Weight weight) {
    return text.store(weight, element, false);
  }
}
