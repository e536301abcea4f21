package org.resnetserving.programs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import org.resnetserving.network.ActivationRanges.Range;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the ranges that calibrating a network observed, a file for each: of a value a line, its
 * name, the least and the greatest number, separated by tabs. A network is known by the digest of
 * its weights.
 */
public final class Calibrations {
  private static final Logger log = LoggerFactory.getLogger(Calibrations.class);

  private final Path folder;

  /**
   * @param folder that the ranges are kept in; made when it is needed
   */
  public Calibrations(Path folder) {
    this.folder = folder;
  }

  /** What was observed; nothing if the network was not calibrated or its file is torn. */
  Map<String, Range> find(String weightsSha256) {
    Path file = file(weightsSha256);
    Map<String, Range> ranges = new LinkedHashMap<>();
    try {
      for (String line : Files.readAllLines(file)) {
        String[] fields = line.split("\t", -1);
        ranges.put(
            fields[0], new Range(Double.parseDouble(fields[1]), Double.parseDouble(fields[2])));
      }
      return ranges;
    } catch (NoSuchFileException e) {
      return Map.of();
    } catch (IOException | IllegalArgumentException | ArrayIndexOutOfBoundsException e) {
      log.warn("{} is not used ({}); calibrate again", file, e.toString());
      return Map.of();
    }
  }

  /** Keeps what was observed, in the place of what was; returns the file. */
  Path keep(String weightsSha256, Map<String, Range> ranges) throws IOException {
    Files.createDirectories(folder);
    Path file = file(weightsSha256);
    Path whole = Files.createTempFile(folder, "calibration-", ".tmp");
    try {
      Files.writeString(
          whole,
          ranges.entrySet().stream()
              .map(e -> e.getKey() + "\t" + e.getValue().low() + "\t" + e.getValue().high() + "\n")
              .collect(Collectors.joining()));
      return Files.move(whole, file, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      // Half of it, if there was no room for all.
      Files.deleteIfExists(whole);
    }
  }

  private Path file(String weightsSha256) {
    return folder.resolve(weightsSha256 + ".tsv");
  }
}
