package org.resnetserving.serving;

/**
 * What is asked of a network beside its logits.
 *
 * @param features the pooled features, one number per channel
 * @param featureMap the last feature map
 * @param tenViews whether the network runs on ten views of each file, whose probabilities are
 *     averaged, and not on its middle alone; for presets that have them ({@link
 *     org.resnetserving.image.Preset#hasTenViews})
 */
public record Wanted(boolean features, boolean featureMap, boolean tenViews) {
  /** The logits and nothing else. */
  public static final Wanted LOGITS = new Wanted(false, false, false);

  /** The pooled features too. */
  public static final Wanted FEATURES = new Wanted(true, false, false);

  /** The last feature map too. */
  public static final Wanted FEATURE_MAP = new Wanted(false, true, false);

  /** The same of ten views. */
  public Wanted ofTenViews() {
    return new Wanted(features, featureMap, true);
  }
}
