package org.resnetserving.engine;

import java.nio.file.Path;

/** The one engine of the tests' process. */
public final class Engines {
  private static final NativeEngine ENGINE =
      NativeEngine.start(Path.of("target", "natives").toAbsolutePath(), 1);

  private Engines() {}

  /** One thread per inference; unpacks its natives below {@code target}. */
  public static NativeEngine engine() {
    return ENGINE;
  }
}
