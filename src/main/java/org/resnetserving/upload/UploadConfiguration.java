package org.resnetserving.upload;

import java.util.List;
import org.resnetserving.admission.Permits;
import org.resnetserving.admission.Ticker;
import org.resnetserving.remote.RemotePictures;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.method.support.HandlerMethodArgumentResolver;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

/** Gives controllers their uploads. */
@Configuration(proxyBeanMethods = false)
class UploadConfiguration {
  private static final String UPLOADS = "uploads";
  private static final Logger log = LoggerFactory.getLogger(UploadConfiguration.class);

  /** For the bytes of uploads. */
  @Bean
  Permits uploadMemory(UploadProperties properties, @Qualifier("requestHeap") Permits requestHeap) {
    long bytes = properties.admission().bytes();
    if (properties.admission().uploads() == null || bytes <= requestHeap.capacity()) {
      return requestHeap.part(UPLOADS, bytes);
    }
    log.warn(
        "resnet.admission.uploads allows {} bytes of uploads, but only {} of the Java heap are for requests: a client can fill it, which ends the process",
        bytes,
        requestHeap.capacity());
    return new Permits(UPLOADS, bytes);
  }

  @Bean
  UploadReader uploadReader(
      UploadProperties properties,
      @Qualifier("uploadMemory") Permits uploadMemory,
      RemotePictures remote,
      Ticker ticker) {
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
