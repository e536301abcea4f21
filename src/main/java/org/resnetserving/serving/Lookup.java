package org.resnetserving.serving;

import java.util.Collection;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;

/** What looking for a picture among the answers that are kept came to. */
public enum Lookup {
  /** Nothing was looked for: no answers are kept, or there was no picture. */
  NONE,
  /** The answer was there. */
  HIT,
  /** Another request has the network run on the same picture, and its answer is waited for. */
  SHARED,
  /** The network runs; what it says is kept. */
  MISS;

  /** The value of the {@code result} label of metrics. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** What several came to together: a hit only if all were, a miss if one was. */
  public static Lookup together(Collection<Lookup> several) {
    Set<Lookup> all = EnumSet.noneOf(Lookup.class);
    all.addAll(several);
    for (Lookup lookup : new Lookup[] {MISS, SHARED, HIT}) {
      if (all.contains(lookup)) {
        return lookup;
      }
    }
    return NONE;
  }
}
