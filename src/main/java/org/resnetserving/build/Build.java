package org.resnetserving.build;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;

/**
 * Which build of the service this is.
 *
 * @param version of the project; in words where Maven did not build it
 * @param commit that it was built from, or {@code unknown}
 * @param djl version of DJL
 * @param libtorch version that came with it
 */
public record Build(String version, String commit, String djl, String libtorch) {
  private static final String FILE = "/META-INF/build-info.properties";
  private static final String UNKNOWN = "unknown";

  /** This one. */
  public static Build here() {
    Properties build = new Properties();
    try (InputStream in = Build.class.getResourceAsStream(FILE)) {
      if (in != null) {
        build.load(in);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(FILE, e);
    }
    return new Build(
        build.getProperty("build.version", "(a build of its own)"),
        build.getProperty("build.commit", UNKNOWN),
        build.getProperty("build.djl", UNKNOWN),
        build.getProperty("build.libtorch", UNKNOWN));
  }

  /** Two builds of one name differ in nothing. */
  public String name() {
    return version + " " + commit;
  }
}
