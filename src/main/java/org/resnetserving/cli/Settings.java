package org.resnetserving.cli;

import java.util.List;
import org.resnetserving.catalog.CatalogProperties;
import org.resnetserving.catalog.DownloadProperties;
import org.resnetserving.catalog.WeightStore;
import org.resnetserving.programs.CacheProperties;
import org.resnetserving.serving.DecodingProperties;
import org.resnetserving.serving.ServingProperties;
import org.resnetserving.upload.UploadProperties;
import org.springframework.boot.Banner;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;

/**
 * What a command was given: its words, and the server's settings, which it reads from the same
 * places.
 *
 * @param words the arguments that are no options
 * @param catalog which models there are
 * @param cache where things are kept
 * @param download how weights are fetched
 * @param serving how models are run
 * @param decoding bounds on decoding
 * @param upload bounds on files
 */
record Settings(
    List<String> words,
    CatalogProperties catalog,
    CacheProperties cache,
    DownloadProperties download,
    ServingProperties serving,
    DecodingProperties decoding,
    UploadProperties upload) {

  @Configuration(proxyBeanMethods = false)
  @EnableConfigurationProperties({
    CatalogProperties.class,
    CacheProperties.class,
    DownloadProperties.class,
    ServingProperties.class,
    DecodingProperties.class,
    UploadProperties.class
  })
  static class Binding {}

  static Settings of(List<String> arguments) {
    String[] options = arguments.stream().filter(Settings::isOption).toArray(String[]::new);
    try (ConfigurableApplicationContext context =
        new SpringApplicationBuilder(Binding.class)
            .web(WebApplicationType.NONE)
            .bannerMode(Banner.Mode.OFF)
            .logStartupInfo(false)
            .run(options)) {
      return new Settings(
          arguments.stream().filter(argument -> !isOption(argument)).toList(),
          context.getBean(CatalogProperties.class),
          context.getBean(CacheProperties.class),
          context.getBean(DownloadProperties.class),
          context.getBean(ServingProperties.class),
          context.getBean(DecodingProperties.class),
          context.getBean(UploadProperties.class));
    }
  }

  /** Where the weights of models are. */
  WeightStore store() {
    return WeightStore.of(catalog, cache, download);
  }

  private static boolean isOption(String argument) {
    return argument.startsWith("--");
  }
}
