package org.resnetserving.engine;

import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Enumeration;
import java.util.List;
import java.util.Locale;
import java.util.Properties;
import java.util.stream.Stream;

/** Which native libraries this machine needs, and whether the classpath has them. */
final class NativePlatform {
  private static final String PROPERTIES = "native/lib/pytorch.properties";
  private static final String GLUE = "jnilib/pytorch.properties";
  private static final Path MAPS = Path.of("/proc/self/maps");
  private static final String THERE_ARE =
      "there are natives for Linux x86_64 and aarch64 with glibc, macOS arm64 and Windows x86_64";

  private NativePlatform() {}

  /**
   * The name that DJL gives this machine's natives.
   *
   * @throws EngineFailure if there are none for it
   */
  static String detect() {
    return classifier(System.getProperty("os.name"), System.getProperty("os.arch"), isMusl());
  }

  static String classifier(String system, String machine, boolean musl) {
    String name = system.toLowerCase(Locale.ROOT);
    boolean intel = machine.equals("amd64") || machine.equals("x86_64");
    boolean arm = machine.equals("aarch64");
    if (name.startsWith("linux") && (intel || arm)) {
      if (musl) {
        throw new EngineFailure(
            "libtorch needs glibc, and this Linux has musl (Alpine?): " + THERE_ARE);
      }
      return intel ? "linux-x86_64" : "linux-aarch64";
    } else if (name.startsWith("mac") && arm) {
      return "osx-aarch64";
    } else if (name.startsWith("windows") && intel) {
      return "win-x86_64";
    }
    throw new EngineFailure("no libtorch for %s on %s: %s".formatted(system, machine, THERE_ARE));
  }

  /**
   * Refuses a classpath without the natives of {@code classifier}: DJL would download them.
   *
   * @throws EngineFailure naming what the classpath has instead
   */
  static void requireNatives(String classifier, ClassLoader classpath) {
    List<String> found = new ArrayList<>();
    try {
      Enumeration<URL> files = classpath.getResources(PROPERTIES);
      while (files.hasMoreElements()) {
        Properties properties = new Properties();
        try (InputStream in = files.nextElement().openStream()) {
          properties.load(in);
        }
        found.add(properties.getProperty("classifier", "none"));
      }
    } catch (IOException e) {
      throw new EngineFailure("can't read " + PROPERTIES + " from the classpath", e);
    }
    if (classpath.getResource(GLUE) == null) {
      throw new EngineFailure("DJL's pytorch-jni is not on the classpath: no " + GLUE);
    }
    if (!found.contains(classifier)) {
      throw new EngineFailure(
          "libtorch for %s is not on the classpath, which has %s; build on this platform, or for it with -Ddjl.natives=%s"
              .formatted(classifier, found.isEmpty() ? "none" : found, classifier));
    }
  }

  private static boolean isMusl() {
    if (!Files.isReadable(MAPS)) {
      return false;
    }
    try (Stream<String> lines = Files.lines(MAPS)) {
      return lines.anyMatch(line -> line.contains("/ld-musl-"));
    } catch (IOException e) {
      throw new EngineFailure("can't read " + MAPS, e);
    }
  }
}
