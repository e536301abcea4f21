package org.resnetserving.network;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.resnetserving.weights.StateDict;
import org.resnetserving.weights.WeightsException;

/**
 * State dicts of full size without files: every number follows from its tensor's name, as the
 * goldens' README defines. Written apart from {@link Architecture}, so that each checks the other.
 */
public final class FormulaWeights implements StateDict {
  private final Map<String, int[]> shapes = new LinkedHashMap<>();
  private final boolean bottleneck;
  private final double gain;

  private FormulaWeights(boolean bottleneck, double gain) {
    this.bottleneck = bottleneck;
    this.gain = gain;
  }

  /**
   * The same where each block's last batch norm weighs this much less or more. By the plain formula
   * a network of hundreds of blocks is chaotic: rounding errors grow to the size of the answer.
   */
  public FormulaWeights blockGain(double gain) {
    FormulaWeights changed = new FormulaWeights(bottleneck, gain);
    changed.shapes.putAll(shapes);
    return changed;
  }

  /** torchvision's network of that name, of full width. */
  public static FormulaWeights imageNet(String name, int classes) {
    return switch (name) {
      case "resnet18" -> imageNet(false, 64, classes, 2, 2, 2, 2);
      case "resnet34" -> imageNet(false, 64, classes, 3, 4, 6, 3);
      case "resnet50" -> imageNet(true, 64, classes, 3, 4, 6, 3);
      case "resnet101" -> imageNet(true, 64, classes, 3, 4, 23, 3);
      case "resnet152" -> imageNet(true, 64, classes, 3, 8, 36, 3);
      default -> throw new IllegalArgumentException(name);
    };
  }

  /** A network in torchvision's layout, as narrow as wanted. */
  public static FormulaWeights imageNet(boolean bottleneck, int width, int classes, int... blocks) {
    FormulaWeights weights = new FormulaWeights(bottleneck, 1);
    weights.convolution("conv1", width, 3, 7);
    weights.batchNorm("bn1", width);
    int in = width;
    for (int stage = 0; stage < blocks.length; stage++) {
      int mid = width << stage;
      int out = bottleneck ? 4 * mid : mid;
      for (int block = 0; block < blocks[stage]; block++) {
        String prefix = "layer" + (stage + 1) + "." + block;
        if (bottleneck) {
          weights.convolution(prefix + ".conv1", mid, in, 1);
          weights.batchNorm(prefix + ".bn1", mid);
          weights.convolution(prefix + ".conv2", mid, mid, 3);
          weights.batchNorm(prefix + ".bn2", mid);
          weights.convolution(prefix + ".conv3", out, mid, 1);
          weights.batchNorm(prefix + ".bn3", out);
        } else {
          weights.convolution(prefix + ".conv1", mid, in, 3);
          weights.batchNorm(prefix + ".bn1", mid);
          weights.convolution(prefix + ".conv2", mid, mid, 3);
          weights.batchNorm(prefix + ".bn2", mid);
        }
        if (block == 0 && (stage > 0 || in != out)) {
          weights.convolution(prefix + ".downsample.0", out, in, 1);
          weights.batchNorm(prefix + ".downsample.1", out);
        }
        in = out;
      }
    }
    return weights.classifier(classes, in);
  }

  /** A network of He et al. for CIFAR of that depth; the paper's width is 16. */
  public static FormulaWeights cifar(int depth, int width, int classes) {
    FormulaWeights weights = new FormulaWeights(false, 1);
    weights.convolution("conv1", width, 3, 3);
    weights.batchNorm("bn1", width);
    int in = width;
    for (int stage = 0; stage < 3; stage++) {
      int out = width << stage;
      for (int block = 0; block < (depth - 2) / 6; block++) {
        String prefix = "layer" + (stage + 1) + "." + block;
        weights.convolution(prefix + ".conv1", out, in, 3);
        weights.batchNorm(prefix + ".bn1", out);
        weights.convolution(prefix + ".conv2", out, out, 3);
        weights.batchNorm(prefix + ".bn2", out);
        in = out;
      }
    }
    return weights.classifier(classes, in);
  }

  /**
   * A network of timm's, of full width, told as timm tells it.
   *
   * @param name one of the goldens', or of the same kinds
   */
  public static FormulaWeights family(String name, int classes) {
    boolean rs = name.startsWith("resnetrs");
    boolean se = name.startsWith("se") || rs;
    boolean eca = name.startsWith("eca");
    boolean next = name.contains("next");
    boolean wide = name.startsWith("wide");
    String letter = name.replace("wide_", "").replaceAll("_.*", "").replaceAll(".*\\d", "");
    boolean deep = !letter.isEmpty() || rs;
    boolean averageDown = letter.equals("d") || letter.equals("t") || rs;
    int cardinality = next ? 32 : 1;
    int baseWidth = next ? Integer.parseInt(name.replaceAll(".*x(\\d+)d", "$1")) : wide ? 128 : 64;
    String layers = name.replace("wide_", "").replaceAll("_.*", "").replaceAll("\\D", "");
    int[] blocks =
        switch (layers) {
          case "26" -> new int[] {2, 2, 2, 2};
          case "50" -> new int[] {3, 4, 6, 3};
          case "101" -> new int[] {3, 4, 23, 3};
          default -> throw new IllegalArgumentException(name);
        };
    FormulaWeights weights = new FormulaWeights(true, 1);
    if (deep) {
      int first = letter.equals("t") ? 24 : 32;
      weights.convolution("conv1.0", first, 3, 3);
      weights.batchNorm("conv1.1", first);
      weights.convolution("conv1.3", 32, first, 3);
      weights.batchNorm("conv1.4", 32);
      weights.convolution("conv1.6", 64, 32, 3);
    } else {
      weights.convolution("conv1", 64, 3, 7);
    }
    weights.batchNorm("bn1", 64);
    if (rs) {
      weights.convolution("maxpool.0", 64, 64, 3);
      weights.batchNorm("maxpool.1", 64);
    }
    int in = 64;
    for (int stage = 0; stage < 4; stage++) {
      int mid = (64 << stage) * baseWidth / 64 * cardinality;
      int out = 256 << stage;
      for (int block = 0; block < blocks[stage]; block++) {
        String prefix = "layer" + (stage + 1) + "." + block;
        weights.convolution(prefix + ".conv1", mid, in, 1);
        weights.batchNorm(prefix + ".bn1", mid);
        weights.convolution(prefix + ".conv2", mid, mid / cardinality, 3);
        weights.batchNorm(prefix + ".bn2", mid);
        weights.convolution(prefix + ".conv3", out, mid, 1);
        weights.batchNorm(prefix + ".bn3", out);
        if (se) {
          int reduced = rs ? out / 4 : out / 16;
          weights.convolution(prefix + ".se.fc1", reduced, out, 1);
          weights.shapes.put(prefix + ".se.fc1.bias", new int[] {reduced});
          weights.convolution(prefix + ".se.fc2", out, reduced, 1);
          weights.shapes.put(prefix + ".se.fc2.bias", new int[] {out});
        } else if (eca) {
          int size = (int) (Math.log(out) / Math.log(2) + 1) / 2;
          weights.shapes.put(prefix + ".se.conv.weight", new int[] {1, 1, size + 1 - size % 2});
        }
        if (block == 0) {
          int place = averageDown ? 1 : 0;
          weights.convolution(prefix + ".downsample." + place, out, in, 1);
          weights.batchNorm(prefix + ".downsample." + (place + 1), out);
        }
        in = out;
      }
    }
    return weights.classifier(classes, in);
  }

  private FormulaWeights classifier(int classes, int in) {
    shapes.put("fc.weight", new int[] {classes, in});
    shapes.put("fc.bias", new int[] {classes});
    return this;
  }

  private void convolution(String name, int out, int in, int size) {
    shapes.put(name + ".weight", new int[] {out, in, size, size});
  }

  private void batchNorm(String name, int channels) {
    for (String part : new String[] {"weight", "bias", "running_mean", "running_var"}) {
      shapes.put(name + "." + part, new int[] {channels});
    }
    shapes.put(name + ".num_batches_tracked", new int[0]);
  }

  /** The same without one tensor. */
  public FormulaWeights without(String name) {
    return with(name, null);
  }

  /** The same where one tensor has another shape, or is there at all. */
  public FormulaWeights with(String name, int[] shape) {
    FormulaWeights changed = new FormulaWeights(bottleneck, gain);
    changed.shapes.putAll(shapes);
    if (shape == null) {
      changed.shapes.remove(name);
    } else {
      changed.shapes.put(name, shape);
    }
    return changed;
  }

  @Override
  public String source() {
    return "formula";
  }

  @Override
  public Set<String> names() {
    return shapes.keySet();
  }

  @Override
  public int[] shape(String name) {
    return shapes.get(name).clone();
  }

  @Override
  public boolean isFloatingPoint(String name) {
    return !name.endsWith("num_batches_tracked");
  }

  @Override
  public float[] read(String name) {
    int[] shape = shapes.get(name);
    if (shape == null) {
      throw new WeightsException(source() + ": " + name + " is missing");
    }
    int count = 1;
    for (int size : shape) {
      count *= size;
    }
    if (shape.length == 4) {
      return centred(name, count, count / shape[0], Math.sqrt(9.0 / (count / shape[0])));
    } else if (shape.length > 1) {
      return centred(name, count, count / shape[0], 0.25);
    }
    float[] values = new float[count];
    long seed = seed(name);
    for (int i = 0; i < count; i++) {
      values[i] = (float) vector(name, k(seed, i) * 0x1p-24);
    }
    return values;
  }

  private double vector(String name, double u) {
    if (name.endsWith(".bias") || name.endsWith(".running_mean")) {
      return 0.2 * (u - 0.5);
    } else if (name.endsWith(bottleneck ? ".bn3.weight" : ".bn2.weight")) {
      return (0.2 + 0.1 * u) * gain;
    }
    return 0.8 + 0.4 * u;
  }

  private static float[] centred(String name, int count, int each, double factor) {
    float[] values = new float[count];
    long seed = seed(name);
    for (int first = 0; first < count; first += each) {
      long sum = 0;
      for (int i = first; i < first + each; i++) {
        sum += k(seed, i);
      }
      double mean = (double) sum / each;
      for (int i = first; i < first + each; i++) {
        values[i] = (float) ((k(seed, i) - mean) * 0x1p-23 * factor);
      }
    }
    return values;
  }

  private static long seed(String name) {
    long seed = 0xCBF29CE484222325L;
    for (byte b : name.getBytes(StandardCharsets.UTF_8)) {
      seed = (seed ^ (b & 0xFF)) * 0x100000001B3L;
    }
    return seed;
  }

  private static long k(long seed, long i) {
    long z = seed + i + 0x9E3779B97F4A7C15L;
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    z = z ^ (z >>> 31);
    return z >>> 40;
  }

  @Override
  public void close() {}
}
