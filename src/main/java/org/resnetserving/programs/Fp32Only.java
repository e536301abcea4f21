package org.resnetserving.programs;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.resnetserving.models.ModelDescriptor.Precision;
import org.resnetserving.network.Arithmetic;

/** Why a network runs in fp32 and can run in nothing faster, where it is so. */
public final class Fp32Only {
  private Fp32Only() {}

  /**
   * The reason in words, such as "fp32 only, because …".
   *
   * @param asked which precision the model or the service asks for
   * @param gpu whether it runs on a GPU, which bf16 and int8 programs do not
   * @return null if it runs in another precision, or could and is slower in it
   */
  public static @Nullable String because(ProgramChoice choice, Precision asked, boolean gpu) {
    if (choice.kind().arithmetic() != Arithmetic.FP32) {
      return null;
    }
    if (asked == Precision.FP32) {
      return "fp32 only, because precision fp32 is asked for";
    }
    List<String> reasons = new ArrayList<>();
    for (Arithmetic other :
        gpu ? List.of(Arithmetic.FP16) : List.of(Arithmetic.BF16, Arithmetic.INT8)) {
      String reason = refusal(choice, other);
      if (reason == null) {
        return null;
      }
      reasons.add(reason);
    }
    if (gpu) {
      reasons.add("bf16 and int8 are for processors");
    }
    return "fp32 only, because " + String.join("; ", reasons);
  }

  private static @Nullable String refusal(ProgramChoice choice, Arithmetic arithmetic) {
    String name = arithmetic.name().toLowerCase(Locale.ROOT);
    for (ProgramTrial trial : choice.trials()) {
      if (trial.kind().arithmetic() == arithmetic) {
        return trial.refusal() == null
            ? null
            : "%s is not used: %s".formatted(name, trial.refusal());
      }
    }
    return arithmetic == Arithmetic.INT8
        ? "int8 is not tried until somebody compared it on pictures of this model (models calibrate,"
            + " or int8_checked in its descriptor)"
        : name + " is not tried";
  }
}
