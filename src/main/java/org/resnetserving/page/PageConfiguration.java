package org.resnetserving.page;

import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.time.Duration;
import org.resnetserving.admission.Ticker;
import org.resnetserving.dataplane.DataPlane;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.CacheControl;
import org.springframework.web.servlet.config.annotation.ResourceHandlerRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

/** The page and its numbers, unless they are switched off. */
@Configuration(proxyBeanMethods = false)
@ConditionalOnBooleanProperty(name = "resnet.page.enabled", matchIfMissing = true)
class PageConfiguration {
  private static final Duration YEAR = Duration.ofDays(365);

  @Bean
  PageFiles pageFiles() throws IOException {
    return PageFiles.read();
  }

  @Bean
  PageController pageController(PageFiles files) {
    return new PageController(files);
  }

  @Bean
  StatusController statusController(MeterRegistry registry, DataPlane plane, Ticker ticker) {
    return new StatusController(new StatusReader(registry, plane, ticker));
  }

  /** The files' path changes with them, so that they may be kept for ever. */
  @Bean
  WebMvcConfigurer pageResources(PageFiles files) {
    return new WebMvcConfigurer() {
      @Override
      public void addResourceHandlers(ResourceHandlerRegistry registry) {
        registry
            .addResourceHandler("/" + files.path() + "**")
            .addResourceLocations(PageFiles.LOCATION)
            .setCacheControl(CacheControl.maxAge(YEAR).cachePublic().immutable());
      }
    };
  }
}
