package org.resnetserving.network;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.resnetserving.weights.StateDict;

/**
 * The residual networks that state dicts describe: torchvision's five for ImageNet (stride in the
 * 3×3 convolution) and He et al.'s for CIFAR (section 4.2 of arXiv 1512.03385, shortcut A). Widths
 * and the number of classes are those of the tensors.
 */
public final class Architecture {
  private static final Pattern CIFAR = Pattern.compile("resnet(\\d{1,4})-cifar");
  private static final int CIFAR_STAGES = 3;
  private static final int LARGEST_CIFAR = 1202;
  private static final Map<String, Architecture> IMAGENET = new LinkedHashMap<>();

  static {
    imagenet("resnet18", false, 2, 2, 2, 2);
    imagenet("resnet34", false, 3, 4, 6, 3);
    imagenet("resnet50", true, 3, 4, 6, 3);
    imagenet("resnet101", true, 3, 4, 23, 3);
    imagenet("resnet152", true, 3, 8, 36, 3);
  }

  private final String name;
  private final boolean bottleneck;
  private final boolean cifar;
  private final List<Integer> blocks;

  private Architecture(String name, boolean bottleneck, boolean cifar, List<Integer> blocks) {
    this.name = name;
    this.bottleneck = bottleneck;
    this.cifar = cifar;
    this.blocks = List.copyOf(blocks);
  }

  private static void imagenet(String name, boolean bottleneck, Integer... blocks) {
    IMAGENET.put(name, new Architecture(name, bottleneck, false, List.of(blocks)));
  }

  /**
   * The architecture of that name.
   *
   * @param name {@code resnet50} and its like, or {@code resnet20-cifar} and its like
   * @throws IllegalArgumentException if there is none; the message names those that exist
   */
  public static Architecture parse(String name) {
    Architecture imagenet = IMAGENET.get(name);
    if (imagenet != null) {
      return imagenet;
    }
    Matcher cifar = CIFAR.matcher(name);
    if (cifar.matches()) {
      int depth = Integer.parseInt(cifar.group(1));
      if (depth >= 8 && depth <= LARGEST_CIFAR && (depth - 2) % (2 * CIFAR_STAGES) == 0) {
        int n = (depth - 2) / (2 * CIFAR_STAGES);
        return new Architecture(name, false, true, List.of(n, n, n));
      }
    }
    throw new IllegalArgumentException(
        "no architecture '%s'; there are %s".formatted(name, String.join(", ", names())));
  }

  /** The names that exist, the CIFAR family as one pattern. */
  public static List<String> names() {
    List<String> names = new ArrayList<>(IMAGENET.keySet());
    names.add("resnet{6n+2}-cifar with n from 1 to 200 (resnet20-cifar … resnet1202-cifar)");
    return names;
  }

  /** The name that it was parsed from. */
  public String name() {
    return name;
  }

  /**
   * The network with these weights. Their numbers are read later, so {@code weights} must stay open
   * as long as the graph is used.
   *
   * @param input what is done to the pixels first
   * @throws org.resnetserving.weights.WeightsException if a tensor is missing, has another shape
   *     than the architecture wants, or has no place in it
   */
  public Graph graph(StateDict weights, Normalization input) {
    CheckedWeights checked = new CheckedWeights(weights, name);
    Graph graph = new ResidualBuilder(checked, input, bottleneck, cifar).build(blocks);
    checked.refuseSurplus();
    return graph;
  }

  @Override
  public String toString() {
    return name;
  }
}
