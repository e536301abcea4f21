package org.resnetserving.image;

import java.nio.file.Path;

/** X. */
public final class NativeImageLibrary {
  private NativeImageLibrary() {}

  /** X. */
  public static void load(Path cache) {
    System.setProperty("org.bytedeco.javacpp.cachedir", cache.toString());
  }
}
