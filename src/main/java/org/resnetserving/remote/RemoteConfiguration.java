package org.resnetserving.remote;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.tracing.Tracer;
import java.net.InetAddress;
import java.security.NoSuchAlgorithmException;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import org.resnetserving.admission.Ticker;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Fetches pictures where a setting names hosts that they may be at. */
@Configuration(proxyBeanMethods = false)
class RemoteConfiguration {
  @Bean
  RemotePictures remotePictures(
      UrlProperties properties, Ticker ticker, MeterRegistry registry, @Nullable Tracer tracer)
      throws NoSuchAlgorithmException {
    if (properties.hosts().isEmpty()) {
      return RemotePictures.none();
    }
    return new CountedFetches(
        new Fetcher(properties, InetAddress::getAllByName, SSLContext.getDefault(), ticker),
        registry,
        ticker,
        tracer);
  }
}
