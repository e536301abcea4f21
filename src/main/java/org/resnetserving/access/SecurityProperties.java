package org.resnetserving.access;

import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.resnetserving.admission.Ticker;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * Who may ask. Keys are asked for as soon as one of these is given; one that is given and empty is
 * refused, lest a service be open because a variable was not filled.
 *
 * @param apiKeys each {@code client:hash}, where the hash is the key's SHA-256
 * @param apiKeysFile a file of the same, a line each; read again when it changes
 */
@ConfigurationProperties(SecurityProperties.PREFIX)
record SecurityProperties(@Nullable List<String> apiKeys, @Nullable String apiKeysFile) {
  static final String PREFIX = "resnet.security";

  SecurityProperties {
    if (apiKeys != null && apiKeysFile != null) {
      throw new IllegalArgumentException(
          PREFIX + ".api-keys and api-keys-file are both given; put all keys in one place");
    }
    if (apiKeys != null) {
      if (apiKeys.isEmpty()) {
        throw new IllegalArgumentException(
            PREFIX + ".api-keys is given but empty; leave it out if no keys are to be asked for");
      }
      parse(apiKeys);
    }
    if (apiKeysFile != null && apiKeysFile.isBlank()) {
      throw new IllegalArgumentException(
          PREFIX
              + ".api-keys-file is given but empty; leave it out if no keys are to be asked for");
    }
  }

  /** The keys that are known, asked for at each request. */
  Supplier<List<ApiKey>> keys(Ticker ticker) {
    if (apiKeysFile != null) {
      return new KeyFile(Path.of(apiKeysFile), ticker);
    }
    List<ApiKey> keys = parse(Objects.requireNonNull(apiKeys));
    return () -> keys;
  }

  private static List<ApiKey> parse(List<String> lines) {
    return IntStream.range(0, lines.size())
        .mapToObj(i -> ApiKey.parse(lines.get(i), "%s.api-keys[%d]".formatted(PREFIX, i)))
        .toList();
  }

  /** Never with what was given, which may be a key. */
  @Override
  public String toString() {
    return PREFIX;
  }
}
