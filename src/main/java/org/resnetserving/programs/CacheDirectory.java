package org.resnetserving.programs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
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
    Optional<Path> own =
        userCache(System.getenv("XDG_CACHE_HOME"), System.getProperty("user.home"));
    if (own.isPresent() && canWrite(own.get(), tried)) {
      return own.get();
    }
    Path temporary = temporary();
    if (canWrite(temporary, tried) && isOurs(temporary, tried)) {
      return temporary;
    }
    throw new IllegalStateException(
        "There is no folder for unpacked natives; set resnet.cache-directory to one that can be"
            + " written. Tried: "
            + tried);
  }

  /**
   * Where the user's caches are, if that is known: a user without an entry in the list of users has
   * {@code ?} as home.
   */
  static Optional<Path> userCache(@Nullable String xdg, @Nullable String home) {
    if (xdg != null && Path.of(xdg).isAbsolute()) {
      return Optional.of(Path.of(xdg, NAME));
    }
    return home != null && Path.of(home).isAbsolute()
        ? Optional.of(Path.of(home, ".cache", NAME))
        : Optional.empty();
  }

  private static boolean canWrite(Path folder, List<String> tried) {
    try {
      Files.createDirectories(folder.getParent());
      if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
        createPrivate(folder);
      }
      if (Files.isWritable(folder)) {
        return true;
      }
      tried.add(folder + " is read-only");
    } catch (IOException e) {
      tried.add(e.toString());
    }
    return false;
  }

  private static void createPrivate(Path folder) throws IOException {
    if (folder.getFileSystem().supportedFileAttributeViews().contains("posix")) {
      Files.createDirectory(
          folder,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    } else {
      Files.createDirectory(folder);
    }
  }

  /**
   * Whether a folder in a place that all may write to is of this user's own: natives are run, so
   * another's must not be taken.
   */
  static boolean isOurs(Path folder, List<String> tried) {
    try {
      if (!folder.getFileSystem().supportedFileAttributeViews().contains("posix")) {
        return true;
      }
      PosixFileAttributes attributes =
          Files.readAttributes(folder, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
      Path probe = Files.createTempFile(folder, "owner", null);
      UserPrincipal us;
      try {
        us = Files.getOwner(probe);
      } finally {
        Files.deleteIfExists(probe);
      }
      if (!attributes.isDirectory() || !attributes.owner().equals(us)) {
        tried.add(folder + " belongs to " + attributes.owner().getName());
        return false;
      }
      if (attributes.permissions().contains(PosixFilePermission.GROUP_WRITE)
          || attributes.permissions().contains(PosixFilePermission.OTHERS_WRITE)) {
        tried.add(folder + " may be written by others");
        return false;
      }
      return true;
    } catch (IOException e) {
      tried.add(e.toString());
      return false;
    }
  }

  private static Path temporary() {
    return Path.of(
            System.getProperty("java.io.tmpdir"), NAME + "-" + System.getProperty("user.name"))
        .toAbsolutePath();
  }
}
