package org.resnetserving.upload;

import java.util.List;
import org.resnetserving.admission.Permits;
import org.resnetserving.admission.Ticker;
import org.resnetserving.remote.RemotePictures;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.method.support.HandlerMethodArgumentResolver;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

/** Gives controllers their uploads. */
@Configuration(proxyBeanMethods = false)
class UploadConfiguration {
  /** For the bytes of uploads. */
  @Bean
  Permits uploadMemory(UploadProperties properties) {
    return new Permits("uploads", properties.admission().bytes());
  }

  @Bean
  UploadReader uploadReader(
      UploadProperties properties, Permits uploadMemory, RemotePictures remote, Ticker ticker) {
    return new UploadReader(properties.limits(), uploadMemory, remote, ticker);
  }

  @Bean
  WebMvcConfigurer uploads(UploadReader reader) {
    return new WebMvcConfigurer() {
      @Override
      public void addArgumentResolvers(List<HandlerMethodArgumentResolver> resolvers) {
        resolvers.add(new UploadRequestResolver(reader));
      }
    };
  }
}
