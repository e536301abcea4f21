package org.resnetserving.catalog;

import java.net.URI;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.resnetserving.download.BearerToken;
import org.resnetserving.download.DownloadSettings;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * How missing weights are fetched.
 *
 * @param offline refuses to connect, and says which file to put where instead
 * @param connectTimeout how long a connection may take to stand
 * @param idleTimeout how long a server may say nothing
 * @param attempts in a row that bring a download no further, before the next source is tried
 * @param maxBytes of one file
 * @param huggingFaceEndpoint the Hugging Face hub's address, or a mirror's
 * @param huggingFaceToken sent to that host, and to nobody else
 */
@ConfigurationProperties("resnet.download")
public record DownloadProperties(
    @DefaultValue("false") boolean offline,
    @DefaultValue("10s") Duration connectTimeout,
    @DefaultValue("30s") Duration idleTimeout,
    @DefaultValue("5") int attempts,
    @DefaultValue("4GB") DataSize maxBytes,
    @Nullable URI huggingFaceEndpoint,
    @Nullable String huggingFaceToken) {
  private static final URI HUGGING_FACE = URI.create("https://huggingface.co");

  public DownloadProperties {
    if (huggingFaceEndpoint == null) {
      huggingFaceEndpoint = HUGGING_FACE;
    }
    boolean web =
        "https".equals(huggingFaceEndpoint.getScheme())
            || "http".equals(huggingFaceEndpoint.getScheme());
    if (!web
        || huggingFaceEndpoint.getHost() == null
        || huggingFaceEndpoint.getUserInfo() != null
        || huggingFaceEndpoint.getQuery() != null
        || huggingFaceEndpoint.getFragment() != null) {
      throw new IllegalArgumentException(
          "resnet.download.hugging-face-endpoint must be an http or https address, such as "
              + HUGGING_FACE);
    }
  }

  /** The Hugging Face hub's address, without a slash at the end. */
  String hub() {
    return String.valueOf(huggingFaceEndpoint).replaceFirst("/+$", "");
  }

  DownloadSettings settings() {
    DownloadSettings defaults = DownloadSettings.defaults();
    return new DownloadSettings(
        offline,
        connectTimeout,
        idleTimeout,
        defaults.minimumRate(),
        defaults.rateWindow(),
        attempts,
        defaults.firstBackoff(),
        defaults.maxBackoff(),
        defaults.maxRetryAfter(),
        defaults.maxRedirects(),
        maxBytes.toBytes(),
        defaults.lockWait(),
        huggingFaceToken == null || huggingFaceToken.isBlank()
            ? null
            : new BearerToken(URI.create(hub()).getHost(), huggingFaceToken.strip()));
  }
}
