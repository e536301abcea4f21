package org.resnetserving.cli;

import org.resnetserving.build.Build;
import picocli.CommandLine.IVersionProvider;

/** Which build this is, as the build wrote it down. */
final class Version implements IVersionProvider {
  @Override
  public String[] getVersion() {
    Build build = Build.here();
    return new String[] {
      "ResNet Serving " + build.version() + ", commit " + build.commit(),
      "DJL %s, libtorch %s, Java %s"
          .formatted(build.djl(), build.libtorch(), System.getProperty("java.version"))
    };
  }
}
