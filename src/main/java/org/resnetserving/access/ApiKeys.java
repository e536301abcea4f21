package org.resnetserving.access;

import java.security.MessageDigest;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.resnetserving.problem.ProblemException;
import org.resnetserving.problem.ProblemType;

/** The keys that are known. There is such a bean only where keys are asked for. Thread-safe. */
public final class ApiKeys {
  private final Supplier<List<ApiKey>> keys;
  private final KeyMetrics metrics;

  /**
   * @param keys those that are known now
   */
  ApiKeys(Supplier<List<ApiKey>> keys, KeyMetrics metrics) {
    this.keys = keys;
    this.metrics = metrics;
  }

  /**
   * Whose key it is.
   *
   * @param key that came with a request; null if none did
   * @param from whom, for the log
   * @throws ProblemException (API_KEY_MISSING, API_KEY_UNKNOWN)
   */
  public String require(@Nullable String key, String from) {
    if (key == null || key.isEmpty()) {
      metrics.refused(ProblemType.API_KEY_MISSING, from);
      throw new ProblemException(
          ProblemType.API_KEY_MISSING,
          "This service asks for an API key: send the header 'Authorization: Bearer KEY' or 'X-API-Key: KEY'.");
    }
    return find(key)
        .map(metrics::taken)
        .orElseThrow(
            () -> {
              metrics.refused(ProblemType.API_KEY_UNKNOWN, from);
              return new ProblemException(
                  ProblemType.API_KEY_UNKNOWN,
                  "The API key is none of those that are known here; it may have been withdrawn.");
            });
  }

  /** Compares with all of them, whichever it is: how long it takes tells nothing. */
  private Optional<String> find(String key) {
    byte[] hash = ApiKey.sha256(key);
    Optional<String> found = Optional.empty();
    for (ApiKey known : keys.get()) {
      if (MessageDigest.isEqual(known.hash(), hash)) {
        found = Optional.of(known.client());
      }
    }
    return found;
  }
}
