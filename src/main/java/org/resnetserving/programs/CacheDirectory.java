package org.resnetserving.programs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Where natives are unpacked, and what is fetched is kept. */
final class CacheDirectory {
  private static final String NAME = "resnet-serving";

  private CacheDirectory() {}

  /**
   * The configured folder, or else one in the user's home or in the temporary folder, whichever can
   * be written. A configured one may be read-only: it may hold all that is needed already.
   */
  static Path of(@Nullable Path configured) {
    if (configured != null) {
      return configured.toAbsolutePath();
    }
    List<String> tried = new ArrayList<>();
    for (Path folder : List.of(userCache(), temporary())) {
      try {
        Files.createDirectories(folder);
        if (Files.isWritable(folder)) {
          return folder;
        }
        tried.add(folder + " is read-only");
      } catch (IOException e) {
        tried.add(e.toString());
      }
    }
    throw new IllegalStateException(
        "There is no folder for unpacked natives; set resnet.cache-directory to one that can be"
            + " written. Tried: "
            + tried);
  }

  private static Path userCache() {
    String xdg = System.getenv("XDG_CACHE_HOME");
    Path caches =
        xdg != null && !xdg.isEmpty()
            ? Path.of(xdg)
            : Path.of(System.getProperty("user.home"), ".cache");
    return caches.resolve(NAME).toAbsolutePath();
  }

  /** Of the user's own: another's files in a shared folder are not to be trusted. */
  private static Path temporary() {
    return Path.of(
        System.getProperty("java.io.tmpdir"), NAME + "-" + System.getProperty("user.name"));
  }
}
