package org.resnetserving.page;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HexFormat;
import org.springframework.core.io.Resource;
import org.springframework.core.io.support.PathMatchingResourcePatternResolver;

/**
 * The files of the page. All but its HTML are at a path with their digest in it, and name each
 * other relative to that path.
 *
 * @param digest of all files, shortened
 * @param html the page itself, UTF-8
 */
@SuppressWarnings("ArrayRecordComponent") // Made once, compared never.
record PageFiles(String digest, byte[] html) {
  static final String LOCATION = "classpath:/org/resnetserving/page/";

  /** Classes of the same package may lie in another place, as those of tests do. */
  private static final String ALL = "classpath*:/org/resnetserving/page/*.*";

  private static final String HTML = "index.html";

  /** What the HTML has in place of {@link #path}. */
  private static final String PLACEHOLDER = "{files}/";

  private static final int DIGITS = 16;

  /** Reads them; the HTML is told where the others are. */
  static PageFiles read() throws IOException {
    Resource[] files = new PathMatchingResourcePatternResolver().getResources(ALL);
    Arrays.sort(files, Comparator.comparing(file -> String.valueOf(file.getFilename())));
    MessageDigest sha256 = sha256();
    String html = "";
    for (Resource file : files) {
      String name = String.valueOf(file.getFilename());
      if (name.endsWith(".class")) {
        continue;
      }
      byte[] bytes = file.getContentAsByteArray();
      sha256.update(name.getBytes(StandardCharsets.UTF_8));
      sha256.update(bytes);
      if (name.equals(HTML)) {
        html = new String(bytes, StandardCharsets.UTF_8);
      }
    }
    String digest = HexFormat.of().formatHex(sha256.digest()).substring(0, DIGITS);
    return new PageFiles(
        digest, html.replace(PLACEHOLDER, path(digest)).getBytes(StandardCharsets.UTF_8));
  }

  /** Where the files are, relative to the page. */
  String path() {
    return path(digest);
  }

  private static String path(String digest) {
    return "page/" + digest + "/";
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java has SHA-256", e);
    }
  }
}
