package org.resnetserving.programs;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * Where the service keeps what it unpacks, fetches and finds out.
 *
 * @param cacheDirectory by default {@code resnet-serving} in the user's cache folder, or in the
 *     temporary one where that cannot be written
 * @param nativeDirectory holds the natives; by default {@code native} in the cache, where they are
 *     unpacked. One that has them already may be read-only
 */
@ConfigurationProperties("resnet")
public record CacheProperties(@Nullable Path cacheDirectory, @Nullable Path nativeDirectory) {

  /** Where the natives are, or are unpacked. */
  public Path natives() {
    return nativeDirectory == null ? folder("native") : nativeDirectory.toAbsolutePath();
  }

  /** Where choices of programs are remembered. */
  public Path choices() {
    return folder("programs");
  }

  /** Where ranges are kept that calibrating observed. */
  public Path calibrations() {
    return folder("calibrations");
  }

  /** Where each process notes what native code is at. */
  public Path nativeWork() {
    return folder("native-work");
  }

  /** Where fetched weights are kept, unless a setting says otherwise. */
  public Path weights() {
    return folder("weights");
  }

  private Path folder(String name) {
    return CacheDirectory.of(cacheDirectory).resolve(name);
  }
}
