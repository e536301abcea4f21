package org.resnetserving.cli;

import java.util.List;
import org.resnetserving.catalog.CatalogProperties;
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
 * @param properties the settings
 */
record Settings(List<String> words, CatalogProperties properties) {

  @Configuration(proxyBeanMethods = false)
  @EnableConfigurationProperties(CatalogProperties.class)
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
          context.getBean(CatalogProperties.class));
    }
  }

  private static boolean isOption(String argument) {
    return argument.startsWith("--");
  }
}
