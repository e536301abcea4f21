package org.resnetserving.models;

import java.nio.file.Path;

/** A mistake in a model's descriptor or label file: where it is, and what may stand there. */
public final class DescriptorException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public DescriptorException(String message) {
    super(message);
  }

  DescriptorException(Path file, int line, String mistake) {
    super(file + ", line " + line + ": " + mistake);
  }

  DescriptorException(Path file, int line, String mistake, Throwable cause) {
    super(file + ", line " + line + ": " + mistake, cause);
  }
}
