package org.resnetserving.rest;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The smallest bundled model, under other names. */
final class SmallModel {
  static final Path FOLDER = Path.of("models/resnet20-cifar10").toAbsolutePath();

  private SmallModel() {}

  /** Its descriptor, of no name, for any folder. */
  static String descriptor() throws IOException {
    return Files.readString(Path.of("models/resnet20-cifar10.yml"))
        .replace("name: resnet20-cifar10\n", "")
        .replace(": resnet20-cifar10/", ": " + FOLDER + "/");
  }
}
