package org.resnetserving.upload;

import jakarta.servlet.MultipartConfigElement;
import org.resnetserving.admission.Permits;
import org.resnetserving.admission.Ticker;
import org.springframework.beans.factory.annotation.Value;
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
  WebServerFactoryCustomizer<TomcatServletWebServerFactory> reading(
      @Value("${server.tomcat.threads.max}") int threads, Ticker ticker) {
    return factory -> {
      factory.addEngineValves(new ThreadsValve(threads, ticker));
      factory.addConnectorCustomizers(
          connector -> {
            connector.setProperty("socket.appReadBufSize", Integer.toString(READ_BYTES));
            // Who asks (Expect: 100-continue) is told to go on when the body is wanted.
            connector.setProperty("continueResponseTiming", "onRead");
          });
    };
  }

  /** For the bytes of uploads. */
  @Bean
  Permits uploadMemory(UploadProperties properties) {
    return new Permits("uploads", properties.admission().bytes());
  }

  @Bean
  UploadReader uploadReader(UploadProperties properties, Permits uploadMemory, Ticker ticker) {
    return new UploadReader(properties.image().maxBytes(), uploadMemory, ticker);
  }

  @Bean
  MultipartConfigElement multipartConfig(UploadProperties properties) {
    long maxBytes = properties.image().maxBytes().toBytes();
    return new MultipartConfigElement(
        "", maxBytes, maxBytes + FORM_OVERHEAD, (int) maxBytes + FORM_OVERHEAD);
  }
}
