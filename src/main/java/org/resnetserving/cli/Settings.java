package org.resnetserving.cli;

import java.util.List;
import org.resnetserving.catalog.CatalogProperties;
import org.resnetserving.catalog.DownloadProperties;
import org.resnetserving.catalog.WeightStore;
import org.resnetserving.programs.CacheProperties;
import org.resnetserving.serving.DecodingProperties;
import org.resnetserving.serving.ServingProperties;
import org.resnetserving.settings.SettingsCheck;
import org.resnetserving.upload.UploadProperties;
import org.springframework.boot.Banner;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

/**
 * The server's settings, which commands read from the same places.
 *
 * @param catalog which models there are
 * @param cache where things are kept
 * @param download how weights are fetched
 * @param serving how models are run
 * @param decoding bounds on decoding
 * @param upload bounds on files
 */
record Settings(
    CatalogProperties catalog,
    CacheProperties cache,
    DownloadProperties download,
    ServingProperties serving,
    DecodingProperties decoding,
    UploadProperties upload) {
  private static final String ROOT = "org.resnetserving";

  @Configuration(proxyBeanMethods = false)
  @ConfigurationPropertiesScan(ROOT)
  @Import(SettingsCheck.class)
  static class Binding {}

  /**
   * Reads them.
   *
   * @param options as the server takes them: {@code --name=value}
   * @throws SettingsRefused after it was said why
   */
  static Settings of(List<String> options) {
    try (ConfigurableApplicationContext context =
        new SpringApplicationBuilder(Binding.class)
            .web(WebApplicationType.NONE)
            .bannerMode(Banner.Mode.OFF)
            .logStartupInfo(false)
            .run(options.toArray(String[]::new))) {
      return new Settings(
          context.getBean(CatalogProperties.class),
          context.getBean(CacheProperties.class),
          context.getBean(DownloadProperties.class),
          context.getBean(ServingProperties.class),
          context.getBean(DecodingProperties.class),
          context.getBean(UploadProperties.class));
    } catch (RuntimeException e) {
      throw new SettingsRefused(e);
    }
  }

  /** Where the weights of models are. */
  WeightStore store() {
    return WeightStore.of(catalog, cache, download);
  }
}
