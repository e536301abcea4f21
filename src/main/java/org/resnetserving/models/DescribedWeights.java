package org.resnetserving.models;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.resnetserving.models.ModelDescriptor.RemoteFile;
import org.resnetserving.models.ModelDescriptor.Weights;

/** Where a descriptor says that the weights are. */
final class DescribedWeights {
  private static final int MAX_SOURCES = 16;

  private static final Pattern FILE = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,199}");
  private static final Pattern SHA256 = Pattern.compile("[0-9a-fA-F]{64}");
  private static final Pattern SHA256_PREFIX = Pattern.compile("[0-9a-fA-F]{8,63}");

  private static final List<String> WEIGHTS_KEYS =
      List.of("file", "sha256", "sources", "entry", "repository");
  private static final List<String> SOURCE_KEYS =
      List.of("url", "file", "sha256", "sha256_prefix", "checksum", "size");

  private DescribedWeights() {}

  /** A file, or sources, or both; or a repository, by its address or with its mapping. */
  static Weights of(Path folder, YamlMap document) {
    if (document.isText("weights")) {
      return new Weights(null, null, List.of(), null, repository(document, "weights"));
    }
    YamlMap yaml = document.map("weights", WEIGHTS_KEYS);
    if (yaml.has("repository")) {
      if (yaml.has("file") || yaml.has("sources")) {
        throw yaml.mistake("repository", "stands instead of weights.file and weights.sources");
      }
      return new Weights(
          null,
          sha256(yaml),
          List.of(),
          yaml.optionalText("entry", ModelDescriptors.MAX_LINE),
          repository(yaml, "repository"));
    }
    List<RemoteFile> sources = new ArrayList<>();
    for (YamlMap source : yaml.maps("sources", MAX_SOURCES, SOURCE_KEYS)) {
      sources.add(source(source));
    }
    if (!yaml.has("file") && sources.isEmpty()) {
      throw yaml.mistake("needs a file, or sources to download it from, or both; or a repository");
    }
    if (yaml.has("sha256") && !yaml.has("file")) {
      throw yaml.mistake("sha256", "belongs to weights.file; each source has its own");
    }
    return new Weights(
        yaml.has("file") ? ModelDescriptors.path(folder, yaml, "file") : null,
        sha256(yaml),
        sources,
        yaml.optionalText("entry", ModelDescriptors.MAX_LINE),
        null);
  }

  private static Repository repository(YamlMap yaml, String key) {
    try {
      return Repository.parse(yaml.text(key, ModelDescriptors.MAX_LINE));
    } catch (IllegalArgumentException e) {
      throw yaml.mistake(key, String.valueOf(e.getMessage()));
    }
  }

  private static RemoteFile source(YamlMap yaml) {
    URI url = url(yaml);
    String sha256 = sha256(yaml);
    String prefix = yaml.optionalMatching("sha256_prefix", SHA256_PREFIX, "8 to 63 hex digits");
    HeaderChecksum checksum = yaml.optionalChoice("checksum", HeaderChecksum.class);
    long checks = Stream.of("sha256", "sha256_prefix", "checksum").filter(yaml::has).count();
    if (checks != 1) {
      throw yaml.mistake(
          "needs one of sha256, sha256_prefix and checksum (linked_etag), it has " + checks);
    }
    if (checksum != null && !"https".equals(url.getScheme())) {
      throw yaml.mistake("checksum", "may come from a header over https only");
    }
    String last = url.getPath().substring(url.getPath().lastIndexOf('/') + 1);
    String file = yaml.has("file") ? yaml.text("file", ModelDescriptors.MAX_LINE) : last;
    if (!FILE.matcher(file).matches()) {
      throw yaml.mistake("file", "must be a plain file name, it is '" + file + "'");
    }
    return new RemoteFile(
        url,
        file,
        sha256,
        prefix == null ? null : prefix.toLowerCase(Locale.ROOT),
        checksum != null,
        yaml.has("size") ? (Long) yaml.integer("size", 1, Weights.MOST_BYTES) : null);
  }

  private static URI url(YamlMap yaml) {
    String text = yaml.text("url", ModelDescriptors.MAX_TEXT);
    try {
      URI url = new URI(text);
      boolean web = "https".equals(url.getScheme()) || "http".equals(url.getScheme());
      if (web && url.getHost() != null && url.getUserInfo() == null && url.getPath() != null) {
        return url;
      }
    } catch (URISyntaxException e) {
      throw yaml.mistake("url", "must be an http or https address, it is '" + text + "'");
    }
    throw yaml.mistake(
        "url", "must be an http or https address without a user, it is '" + text + "'");
  }

  private static @Nullable String sha256(YamlMap yaml) {
    String sha256 = yaml.optionalMatching("sha256", SHA256, "64 hex digits");
    return sha256 == null ? null : sha256.toLowerCase(Locale.ROOT);
  }

  /** Where a checksum comes from that the descriptor does not hold. */
  private enum HeaderChecksum {
    LINKED_ETAG
  }
}
