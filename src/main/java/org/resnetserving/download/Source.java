package org.resnetserving.download;

import java.net.URI;
import org.jspecify.annotations.Nullable;

/**
 * Where a file can be had.
 *
 * @param url an http or https address
 * @param file what the file is called in the request's folder
 * @param checksum what it must be
 * @param size how many bytes it must have; null where that is not known
 */
public record Source(URI url, String file, Checksum checksum, @Nullable Long size) {
  public Source {
    boolean web = "https".equals(url.getScheme()) || "http".equals(url.getScheme());
    if (!web || url.getHost() == null) {
      throw new IllegalArgumentException("a source is an http or https address, not " + url);
    }
    if (!file.matches("[A-Za-z0-9][A-Za-z0-9._-]{0,199}")) {
      throw new IllegalArgumentException("a source's file is a plain name, not '" + file + "'");
    }
  }
}
