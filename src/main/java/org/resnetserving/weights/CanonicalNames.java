package org.resnetserving.weights;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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

  private CanonicalNames() {}

  /** The same tensors, in the same order, by canonical name; two of one name are refused. */
  static Map<String, Tensor> rename(FileBytes source, Map<String, Tensor> tensors) {
    Map<String, Tensor> renamed = new LinkedHashMap<>();
    tensors.forEach(
        (name, tensor) -> {
          Tensor other = renamed.putIfAbsent(of(name), tensor);
          if (other != null) {
            throw source.refuse(
                "%s and %s both mean %s: remove one of them"
                    .formatted(
                        FileBytes.printable(other.key()),
                        FileBytes.printable(name),
                        FileBytes.printable(of(name))));
          }
        });
    return renamed;
  }

  static String of(String name) {
    String bare = withoutWrappers(name);
    if (bare.startsWith("linear.")) {
      return "fc." + bare.substring("linear.".length());
    }
    if (bare.startsWith("classifier.1.")) {
      return "fc." + bare.substring("classifier.1.".length());
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
