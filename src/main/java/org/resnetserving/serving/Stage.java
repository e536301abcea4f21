package org.resnetserving.serving;

import java.util.Locale;

/** The stages that a request's time is spent in, in their order. */
public enum Stage {
  /** The upload arrives. */
  READ,
  /** The picture is decoded, resized and cropped. */
  DECODE,
  /** Waiting: for a core to decode on, for a worker. */
  QUEUE,
  /** The network runs, on the batch that the picture is part of. */
  INFERENCE;

  /** The value of the {@code stage} label of metrics, and the name in {@code Server-Timing}. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
