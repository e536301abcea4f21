package org.resnetserving.cli;

import java.io.IOException;
import java.io.InputStream;
import java.util.Properties;
import picocli.CommandLine.IVersionProvider;

/** Which build this is, as the build wrote it down. */
final class Version implements IVersionProvider {
  private static final String BUILD = "/META-INF/build-info.properties";

  @Override
  public String[] getVersion() throws IOException {
    Properties build = new Properties();
    try (InputStream in = Version.class.getResourceAsStream(BUILD)) {
      if (in != null) {
        build.load(in);
      }
    }
    return new String[] {
      "ResNet Serving "
          + build.getProperty("build.version", "(a build of its own)")
          + ", commit "
          + build.getProperty("build.commit", "unknown"),
      "DJL %s, libtorch %s, Java %s"
          .formatted(
              build.getProperty("build.djl", "unknown"),
              build.getProperty("build.libtorch", "unknown"),
              System.getProperty("java.version"))
    };
  }
}
