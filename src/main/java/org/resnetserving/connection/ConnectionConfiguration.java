package org.resnetserving.connection;

import org.resnetserving.admission.Ticker;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** How the web server treats those that connect to it. */
@Configuration(proxyBeanMethods = false)
class ConnectionConfiguration {
  private static final Logger log = LoggerFactory.getLogger(ConnectionConfiguration.class);

  @Bean
  WebServerFactoryCustomizer<TomcatServletWebServerFactory> connections(
      @Value("${server.tomcat.threads.max}") int threads,
      @Value("${server.tomcat.max-connections}") int connections,
      ConnectionProperties properties,
      Ticker ticker) {
    int most = ConnectionProperties.most(connections, Runtime.getRuntime().maxMemory());
    if (most < connections) {
      log.info(
          "{} connections at once, for which there is room in the Java heap, instead of {} (server.tomcat.max-connections)",
          most,
          connections);
    }
    return factory -> {
      factory.setProtocol(HttpProtocol.class.getName());
      factory.addEngineValves(new ThreadsValve(threads, ticker));
      factory.addConnectorCustomizers(
          connector -> {
            connector.setProperty("maxConnections", Integer.toString(most));
            // What is read and written, outside of the heap.
            connector.setProperty("socket.directBuffer", "true");
            // Who asks (Expect: 100-continue) is told to go on when the body is wanted.
            connector.setProperty("continueResponseTiming", "onRead");
            if (connector.getProtocolHandler() instanceof HttpProtocol protocol) {
              protocol.setConnectionsPerAddress(properties.perAddress(most));
            }
          });
    };
  }
}
