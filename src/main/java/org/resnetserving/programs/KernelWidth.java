package org.resnetserving.programs;

import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.resnetserving.engine.CompiledModel;
import org.resnetserving.engine.Crop;
import org.resnetserving.engine.EngineFailure;
import org.resnetserving.engine.NativeEngine;
import org.resnetserving.engine.Session;
import org.resnetserving.network.ProgramKind;
import org.resnetserving.network.SaturationProbe;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How wide the kernels of 8-bit programs may be here: 8 bits, or 7 where oneDNN adds pairs of
 * products in 16 bits. Told by running a tiny program, once a process.
 */
final class KernelWidth {
  private static final Logger log = LoggerFactory.getLogger(KernelWidth.class);
  private static final String MARKER = "kernel-width";

  private final NativeEngine engine;
  private final ChoiceMemory memory;

  /* Concurrency: models are loaded by one thread. */
  private @Nullable ProgramKind told;

  KernelWidth(NativeEngine engine, ChoiceMemory memory) {
    this.engine = engine;
    this.memory = memory;
  }

  /** The 8-bit program to try here. */
  ProgramKind int8() throws IOException {
    ProgramKind known = told;
    if (known == null) {
      known = tell();
      told = known;
      log.debug("8-bit programs here are {}", known);
    }
    return known;
  }

  private ProgramKind tell() throws IOException {
    if (memory.past(MARKER, ProgramKind.FUSED_INT8) != ChoiceMemory.Past.CLEAR) {
      return ProgramKind.FUSED_INT8;
    }
    memory.trying(MARKER, ProgramKind.FUSED_INT8);
    try {
      ProgramKind told = tell(engine);
      memory.absolve(MARKER, ProgramKind.FUSED_INT8);
      return told;
    } finally {
      memory.survived();
    }
  }

  /** The same, without a note for the case that the process dies of it. */
  static ProgramKind tell(NativeEngine engine) throws IOException {
    try (CompiledModel probe = engine.load(SaturationProbe::compile, SaturationProbe.SIDE, 1);
        Session session = probe.newSession()) {
      Crop white = new Crop(SaturationProbe.pixels(), true, false);
      float[] features = session.run(List.of(white)).get(0).features();
      return features != null && SaturationProbe.saturates(features)
          ? ProgramKind.FUSED_INT7
          : ProgramKind.FUSED_INT8;
    } catch (EngineFailure e) {
      // 8-bit programs do not run here at all: their trial says why.
      return ProgramKind.FUSED_INT8;
    }
  }
}
