package org.resnetserving.weights;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** Refuses the tar files that PyTorch wrote before 2018, naming what replaced them. */
final class TarAdvice {
  private static final int MAGIC_POSITION = 257;
  private static final byte[] MAGIC = "ustar".getBytes(StandardCharsets.US_ASCII);

  /** torchvision's files of then and the same weights of now, by what their names contain. */
  private static final Map<String, String> REPLACEMENTS =
      Map.of(
          "resnet18-5c106cde", "resnet18-f37072fd.pth",
          "resnet34-333f7ec4", "resnet34-b627a593.pth",
          "resnet50-19c8e357", "resnet50-0676ba61.pth",
          "resnet101-5d3b4d8f", "resnet101-63fe2227.pth",
          "resnet152-b121ed2d", "resnet152-394f9c45.pth");

  private TarAdvice() {}

  /** Whether a file that begins so is a tar. */
  static boolean matches(ByteBuffer start) {
    return start.limit() >= MAGIC_POSITION + MAGIC.length
        && start.slice(MAGIC_POSITION, MAGIC.length).equals(ByteBuffer.wrap(MAGIC));
  }

  static WeightsException refuse(FileBytes source) {
    String advice =
        REPLACEMENTS.entrySet().stream()
            .filter(entry -> source.name().contains(entry.getKey()))
            .map(entry -> "torchvision replaced it with %s: take that".formatted(entry.getValue()))
            .findFirst()
            .orElse("take a newer file, or load it with PyTorch and save model.state_dict()");
    return source.refuse(
        "is a tar, as PyTorch wrote them before 2018, which is not read; " + advice);
  }
}
