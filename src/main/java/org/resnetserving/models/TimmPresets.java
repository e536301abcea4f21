package org.resnetserving.models;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.resnetserving.image.Interpolation;
import org.resnetserving.image.Preset;
import org.resnetserving.models.ModelDescriptor.Preprocessing;
import org.resnetserving.network.Normalization;

/**
 * What timm does to pictures where a folder does not say it: transformers' wrapper leaves {@code
 * pretrained_cfg} out where it is the one that timm has for the architecture. The table beside this
 * class is timm 1.0.31's, with the mean and deviation of ImageNet throughout.
 */
final class TimmPresets {
  private static final String TABLE = "timm-presets.tsv";

  private TimmPresets() {}

  /** The preset of an architecture's default tag. */
  static Preprocessing of(String architecture, FolderConfig config) {
    String[] parts = architecture.split("\\.", 2);
    String[] row = rows().get(parts[0]);
    if (row == null || (parts.length > 1 && !parts[1].equals(row[1]))) {
      throw config.mistake(
          "pretrained_cfg", "is not there, and what timm does for this architecture is not known");
    }
    int size = Integer.parseInt(row[2]);
    return new Preprocessing(
        new Preset(
            (int) Math.floor(size / Double.parseDouble(row[3])),
            size,
            Interpolation.valueOf(row[4].toUpperCase(Locale.ROOT))),
        Normalization.IMAGENET);
  }

  private static Map<String, String[]> rows() {
    try (InputStream in = Objects.requireNonNull(TimmPresets.class.getResourceAsStream(TABLE));
        BufferedReader lines =
            new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
      return lines
          .lines()
          .skip(1)
          .map(line -> line.split("\t", -1))
          .collect(Collectors.toMap(row -> row[0], row -> row));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
