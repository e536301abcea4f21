package org.resnetserving.crash;

import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** What native code is asked for. */
public enum NativeTask {
  /** OpenCV decodes a JPEG. */
  JPEG(1),
  /** OpenCV decodes a WebP. */
  WEBP(2),
  /** OpenCV, that is libtiff, decodes one of the TIFFs that are not decoded in Java. */
  TIFF(3),
  /** libtorch loads a program. */
  LOAD(4),
  /** libtorch runs a network. */
  NETWORK(5);

  private final int code;

  NativeTask(int code) {
    this.code = code;
  }

  /** What stands for it in a file; not 0. */
  byte code() {
    return (byte) code;
  }

  static Optional<NativeTask> of(byte code) {
    return Stream.of(values()).filter(task -> task.code == code).findFirst();
  }

  /** Whether its input is a picture's file. */
  boolean isPicture() {
    return this == JPEG || this == WEBP || this == TIFF;
  }

  /** Its name in metrics. */
  String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
