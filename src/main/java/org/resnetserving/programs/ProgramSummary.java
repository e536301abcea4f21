package org.resnetserving.programs;

import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.resnetserving.models.Origin;

/**
 * The network as it runs.
 *
 * @param weightsSha256 digest of the weights' file, 64 hex digits
 * @param parameters trained numbers in it; null where the program came ready
 * @param choice which program was written for it; null where the program came ready
 * @param origin where the network comes from
 * @param precisionReason why nothing faster than its precision is possible; null where it is, or
 *     there is nothing faster
 */
public record ProgramSummary(
    String weightsSha256,
    @Nullable Long parameters,
    @Nullable ProgramChoice choice,
    Origin origin,
    @Nullable String precisionReason) {

  /** The same network and program, of which more is known. */
  public ProgramSummary with(ProgramChoice known) {
    return new ProgramSummary(weightsSha256, parameters, known, origin, precisionReason);
  }

  /** What runs, in words: such as "program fused-int8, precision int8". */
  public String sentence() {
    return choice == null
        ? "a TorchScript program, as it came"
        : "program %s, precision %s".formatted(program(), precision());
  }

  /** The program's name, as answers give it; as it came where it came ready. */
  public String program() {
    return choice == null ? "as it came" : ProgramTrial.program(choice.kind());
  }

  /** What it is computed in: fp32, bf16, int8 or fp16; as it came where the program came ready. */
  public String precision() {
    return choice == null
        ? "as it came"
        : choice.kind().arithmetic().name().toLowerCase(Locale.ROOT);
  }
}
