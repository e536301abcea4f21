package org.resnetserving.serving;

/**
 * What is asked of a network beside its logits.
 *
 * @param features the pooled features, one number per channel
 * @param featureMap the last feature map
 */
public record Wanted(boolean features, boolean featureMap) {
  /** The logits and nothing else. */
  public static final Wanted LOGITS = new Wanted(false, false);

  /** The pooled features too. */
  public static final Wanted FEATURES = new Wanted(true, false);

  /** The last feature map too. */
  public static final Wanted FEATURE_MAP = new Wanted(false, true);
}
