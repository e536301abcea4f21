package org.resnetserving.ops;

import java.nio.file.Path;
import java.time.Duration;

/** buildah, podman and our image, on this machine, without a daemon or a registry. */
final class Containers {

  static final String IMAGE = "localhost/resnet-serving:test";
  static final Path TOOLS =
      Path.of(System.getenv().getOrDefault("OPS_STORE", "/var/tmp/resnet-ops"), "tools");

  /** As little as a hardened cluster gives; nothing can be executed from the temporary folder. */
  static final String HARDENED =
      " --network=host --no-healthcheck --read-only --read-only-tmpfs=false"
          + " --tmpfs=/tmp:rw,noexec,nosuid,nodev --cap-drop=ALL --security-opt=no-new-privileges"
          + " --memory=2g --cpus=2 ";

  private static boolean built;

  private Containers() {}

  /** Runs a line of shell with {@code containers.sh} in force. */
  static String shell(Duration limit, String line) throws Exception {
    return Running.run(limit, "bash", "-euc", ". src/test/ops/containers.sh; " + line);
  }

  static String shell(String line) throws Exception {
    return shell(Duration.ofMinutes(5), line);
  }

  /** Builds the image from the checkout, once. */
  static synchronized void build() throws Exception {
    if (!built) {
      shell(Duration.ofMinutes(20), "base_images");
      shell(Duration.ofMinutes(45), build("--tag " + IMAGE, "."));
      built = true;
    }
  }

  static String build(String options, String context) {
    // Layers are kept, so that a second build repeats only what differs.
    return "buildah build --layers --isolation=chroot --pull=never --format=docker --build-arg=REVISION=test"
        + " $(base_contexts) "
        + options
        + " "
        + context;
  }
}
