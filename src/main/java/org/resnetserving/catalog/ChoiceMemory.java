package org.resnetserving.catalog;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.resnetserving.network.Graph;
import org.resnetserving.network.ProgramCompiler;
import org.resnetserving.network.ProgramKind;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Remembers which program was chosen for a network on this processor, and which one was being tried
 * when the process died. Where it cannot write it forgets.
 */
final class ChoiceMemory {
  private static final Logger log = LoggerFactory.getLogger(ChoiceMemory.class);
  private static final Path CPU_INFO = Path.of("/proc/cpuinfo");
  private static final int KEY_DIGITS = 24;

  private final Path folder;
  private final String processor;

  /* Concurrency: models are loaded by one thread; another stops the service. */
  private volatile @Nullable Path trying;

  /**
   * @param folder that the choices are kept in
   */
  ChoiceMemory(Path folder) {
    this(folder, processor());
  }

  ChoiceMemory(Path folder, String processor) {
    this.folder = folder;
    this.processor = processor;
  }

  /** What a choice depends on: what is emitted, where it runs, and what runs it. */
  String key(
      Graph graph,
      String weightsSha256,
      int side,
      int maxBatch,
      Collection<ProgramKind> candidates,
      String engineVersion) {
    StringBuilder text = new StringBuilder();
    for (Object part : List.of(weightsSha256, side, maxBatch, engineVersion, processor)) {
      text.append(part).append('\n');
    }
    for (ProgramKind kind : candidates) {
      text.append(kind).append('\n').append(ProgramCompiler.code(graph, kind, side)).append('\n');
    }
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256")
              .digest(text.toString().getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest).substring(0, KEY_DIGITS);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  @Nullable ProgramKind recall(String key) {
    try {
      String name = Files.readString(choice(key)).strip();
      for (ProgramKind kind : ProgramKind.values()) {
        if (kind.name().equals(name)) {
          return kind;
        }
      }
      return null;
    } catch (IOException e) {
      return null;
    }
  }

  void remember(String key, ProgramKind kind) {
    write(choice(key), kind.name());
  }

  /** Whether the process died while it tried the program. */
  boolean killed(String key, ProgramKind kind) {
    return Files.exists(marker(key, kind));
  }

  void trying(String key, ProgramKind kind) {
    Path marker = marker(key, kind);
    trying = marker;
    write(marker, "The process died while it tried this program. Delete this to try it again.");
  }

  /** The trial that was begun has ended, or the process is told to stop in the middle of it. */
  void survived() {
    Path marker = trying;
    try {
      if (marker != null) {
        Files.deleteIfExists(marker);
      }
    } catch (IOException e) {
      log.debug("Marker stays: {}", e.toString());
    }
  }

  private void write(Path file, String text) {
    try {
      Files.createDirectories(folder);
      // Other pods may share the folder: they read all of it or nothing.
      Path part = Files.createTempFile(folder, file.getFileName().toString(), ".part");
      try {
        Files.writeString(part, text + "\n");
        Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      } finally {
        Files.deleteIfExists(part);
      }
    } catch (IOException e) {
      log.debug("Not remembered: {}", e.toString());
    }
  }

  private Path choice(String key) {
    return folder.resolve(key + ".choice");
  }

  private Path marker(String key, ProgramKind kind) {
    return folder.resolve(key + "." + kind.name() + ".trying");
  }

  private static String processor() {
    try (Stream<String> lines = Files.lines(CPU_INFO)) {
      return lines
          .filter(
              line ->
                  line.startsWith("model name")
                      || line.startsWith("flags")
                      || line.startsWith("Features"))
          .distinct()
          .reduce("", (all, line) -> all + line + "\n");
    } catch (IOException e) {
      return System.getProperty("os.name") + " " + System.getProperty("os.arch");
    }
  }
}
