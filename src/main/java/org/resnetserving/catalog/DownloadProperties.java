package org.resnetserving.catalog;

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
 * @param huggingFaceToken sent to the Hugging Face hub, and to nobody else
 */
@ConfigurationProperties("resnet.download")
public record DownloadProperties(
    @DefaultValue("false") boolean offline,
    @DefaultValue("10s") Duration connectTimeout,
    @DefaultValue("30s") Duration idleTimeout,
    @DefaultValue("5") int attempts,
    @DefaultValue("4GB") DataSize maxBytes,
    @Nullable String huggingFaceToken) {
  private static final String HUGGING_FACE = "huggingface.co";

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
            : new BearerToken(HUGGING_FACE, huggingFaceToken.strip()));
  }
}
