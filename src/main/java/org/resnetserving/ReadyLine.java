package org.resnetserving;

import org.resnetserving.catalog.Catalog;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.web.server.context.WebServerInitializedEvent;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;

/** Says in the log, once, that the service answers, where, and how to ask it. */
@Component
final class ReadyLine {
  private static final Logger log = LoggerFactory.getLogger(ReadyLine.class);

  private final Catalog catalog;
  private final String address;

  ReadyLine(
      Catalog catalog,
      @Value("${server.servlet.context-path:}") String contextPath,
      @Value("${server.ssl.bundle:}") String bundle) {
    this.catalog = catalog;
    this.address = (bundle.isEmpty() ? "http" : "https") + "://localhost:%d" + contextPath;
  }

  @EventListener
  void listening(WebServerInitializedEvent event) {
    String namespace = event.getApplicationContext().getServerNamespace();
    if (namespace != null && namespace.equals("management")) {
      return;
    }
    String url = address.formatted(event.getWebServer().getPort());
    catalog
        .defaultModel()
        .whenReady(
            () ->
                log.info(
                    "Ready: {} answers. Try: curl -F image=@picture.jpg {}/v1/classify", url, url));
  }
}
