package org.resnetserving.weights;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What torchvision calls the tensors of a ResNet that others call something else: wrappers'
 * prefixes are dropped, the CIFAR family's {@code linear} is {@code fc}, and Hugging Face's stages
 * are layers. Any other name stays as it is.
 */
final class CanonicalNames {
  /** What DataParallel and torch.compile put before every name, possibly both. */
  private static final List<String> WRAPPERS = List.of("module.", "_orig_mod.");

  private static final Pattern HUGGING_FACE =
      Pattern.compile(
          "(?:resnet\\.)?(?:(?<stem>embedder\\.embedder)"
              + "|encoder\\.stages\\.(?<stage>\\d)\\.layers\\.(?<block>\\d{1,3})"
              + "\\.(?:shortcut|layer\\.(?<layer>[0-2])))"
              + "\\.(?<kind>convolution|normalization)\\.(?<rest>\\w+)");

  /** Children of a ResNet in a row, as {@code Sequential(*model.children())} has them. */
  private static final Pattern SEQUENTIAL =
      Pattern.compile("([01](?=\\.\\w+$)|[4-7](?=\\.\\d))(\\..+)");

  private CanonicalNames() {}

  /** Torchvision's name of a tensor. */
  static String of(String name) {
    String bare = withoutWrappers(name);
    if (bare.startsWith("linear.")) {
      return "fc." + bare.substring("linear.".length());
    }
    if (bare.startsWith("classifier.1.")) {
      return "fc." + bare.substring("classifier.1.".length());
    }
    return ofBody(bare);
  }

  /** The same of a name that has no prefix and is no head's. */
  static String ofBody(String bare) {
    Matcher sequential = SEQUENTIAL.matcher(bare);
    if (sequential.matches()) {
      int child = Integer.parseInt(sequential.group(1));
      return (child == 0 ? "conv1" : child == 1 ? "bn1" : "layer" + (child - 3))
          + sequential.group(2);
    }
    Matcher matcher = HUGGING_FACE.matcher(bare);
    return matcher.matches() ? ofHuggingFace(matcher) : bare;
  }

  private static String withoutWrappers(String name) {
    String bare = name;
    for (int i = 0; i < WRAPPERS.size(); i++) {
      for (String wrapper : WRAPPERS) {
        bare = bare.startsWith(wrapper) ? bare.substring(wrapper.length()) : bare;
      }
    }
    return bare;
  }

  private static String ofHuggingFace(Matcher matcher) {
    boolean convolution = matcher.group("kind").equals("convolution");
    String rest = matcher.group("rest");
    if (matcher.group("stem") != null) {
      return (convolution ? "conv1." : "bn1.") + rest;
    }
    int stage = Integer.parseInt(matcher.group("stage")) + 1;
    String block = "layer" + stage + "." + Integer.parseInt(matcher.group("block"));
    if (matcher.group("layer") == null) {
      return block + ".downsample." + (convolution ? "0." : "1.") + rest;
    }
    int layer = Integer.parseInt(matcher.group("layer")) + 1;
    return block + (convolution ? ".conv" : ".bn") + layer + "." + rest;
  }
}
