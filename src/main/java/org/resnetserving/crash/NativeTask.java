package org.resnetserving.crash;

import java.util.Locale;

/** What native code is asked for. */
public enum NativeTask {
  /** OpenCV decodes a JPEG. */
  JPEG,
  /** OpenCV decodes a WebP. */
  WEBP,
  /** OpenCV, that is libtiff, decodes one of the TIFFs that are not decoded in Java. */
  TIFF,
  /** libtorch loads a program. */
  LOAD,
  /** libtorch runs a network. */
  NETWORK;

  /** Whether its input is a picture's file. */
  boolean isPicture() {
    return this == JPEG || this == WEBP || this == TIFF;
  }

  /** Its name in metrics. */
  String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
