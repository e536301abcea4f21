package org.resnetserving.classify;

import jakarta.servlet.MultipartConfigElement;
import org.resnetserving.batch.Permits;
import org.resnetserving.catalog.CatalogProperties;
import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** How forms are parsed: in memory, as large as a picture may be and a little for the rest. */
@Configuration(proxyBeanMethods = false)
class UploadConfiguration {
  /** Bytes that a form may have besides the picture: boundaries, headers, other fields. */
  static final int FORM_OVERHEAD = 64 * 1024;

  /**
   * Bytes that one read takes from a connection: Tomcat's 8192 make fourteen reads of a picture.
   */
  private static final int READ_BYTES = 32 * 1024;

  @Bean
  WebServerFactoryCustomizer<TomcatServletWebServerFactory> largerReads() {
    return factory ->
        factory.addConnectorCustomizers(
            connector ->
                connector.setProperty("socket.appReadBufSize", Integer.toString(READ_BYTES)));
  }

  @Bean
  UploadReader uploadReader(CatalogProperties properties, Permits uploadMemory) {
    return new UploadReader(properties.image().maxBytes(), uploadMemory);
  }

  @Bean
  MultipartConfigElement multipartConfig(CatalogProperties properties) {
    long maxBytes = properties.image().maxBytes().toBytes();
    return new MultipartConfigElement(
        "", maxBytes, maxBytes + FORM_OVERHEAD, (int) maxBytes + FORM_OVERHEAD);
  }
}
