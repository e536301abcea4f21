package org.resnetserving.grpc;

import java.time.Duration;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.grpc.server.GrpcServerFactory;
import org.springframework.grpc.server.lifecycle.GrpcServerLifecycle;

/** The gRPC server, which stops when the web server does: after the drain delay. */
final class StoppedWithTheWeb extends GrpcServerLifecycle {
  StoppedWithTheWeb(GrpcServerFactory factory, Duration grace, ApplicationEventPublisher events) {
    super(factory, grace, events);
  }

  @Override
  public int getPhase() {
    return WebServerApplicationContext.GRACEFUL_SHUTDOWN_PHASE;
  }
}
