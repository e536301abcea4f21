package org.resnetserving.connection;

import org.resnetserving.admission.Ticker;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** How the web server treats those that connect to it. */
@Configuration(proxyBeanMethods = false)
class ConnectionConfiguration {
  @Bean
  WebServerFactoryCustomizer<TomcatServletWebServerFactory> connections(
      @Value("${server.tomcat.threads.max}") int threads,
      @Value("${server.tomcat.max-connections}") int connections,
      ConnectionProperties properties,
      Ticker ticker) {
    return factory -> {
      factory.setProtocol(HttpProtocol.class.getName());
      factory.addEngineValves(new ThreadsValve(threads, ticker));
      factory.addConnectorCustomizers(
          connector -> {
            // What is read and written, outside of the heap.
            connector.setProperty("socket.directBuffer", "true");
            connector.setProperty("socket.directSslBuffer", "true");
            // Who asks (Expect: 100-continue) is told to go on when the body is wanted.
            connector.setProperty("continueResponseTiming", "onRead");
            if (connector.getProtocolHandler() instanceof HttpProtocol protocol) {
              protocol.setConnectionsPerAddress(properties.perAddress(connections));
              protocol.setHalfHeads(
                  ConnectionProperties.halfHeads(Runtime.getRuntime().maxMemory()));
            }
          });
    };
  }
}
