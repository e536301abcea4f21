package org.resnetserving.grpc;

import io.grpc.Metadata;
import io.grpc.ServerStreamTracer;
import io.grpc.netty.NettyServerBuilder;
import io.micrometer.observation.ObservationRegistry;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.resnetserving.admission.Doorkeeper;
import org.resnetserving.admission.Permits;
import org.resnetserving.admission.Ticker;
import org.resnetserving.upload.UploadProperties;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.grpc.server.autoconfigure.GrpcServerExecutorProvider;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.grpc.server.NettyGrpcServerFactory;
import org.springframework.grpc.server.ServerBuilderCustomizer;
import org.springframework.grpc.server.lifecycle.GrpcServerLifecycle;

/** The gRPC server's bounds; nothing where it has no port. */
@Configuration(proxyBeanMethods = false)
@OnGrpcPort
class GrpcConfiguration {
  /** Calls under way on one connection. */
  static final int CALLS_PER_CONNECTION = 100;

  /** Bytes of one connection that are held before a call was admitted. */
  static final int WINDOW = 256 * 1024;

  /** Connections at once, and half of them of one address. */
  static final int CONNECTIONS = 512;

  /**
   * Calls that the client of one connection may take back in {@link #RESETS_SECONDS}: each costs
   * work, and counts as under way no longer.
   */
  private static final int RESETS = 1_000;

  private static final int RESETS_SECONDS = 10;

  /** Threads for what does not wait: calls that begin, metadata, health. */
  private static final int QUICK_THREADS = 4;

  private static final Duration HANDSHAKE = Duration.ofSeconds(10);
  private static final Duration HAND_OVER = Duration.ofSeconds(1);
  private static final Duration IDLE_THREAD = Duration.ofSeconds(60);

  /** How calls that bring pictures are let in and answered. */
  @Bean
  PictureCalls pictureCalls(
      @Value("${server.tomcat.threads.max}") int threads,
      UploadProperties uploads,
      ObjectProvider<Doorkeeper> doorkeeper,
      ObjectProvider<ObservationRegistry> observations,
      Ticker ticker) {
    return new PictureCalls(
        new Permits("gRPC calls", threads),
        answerThreads(threads),
        Executors.newSingleThreadScheduledExecutor(daemons("grpc-timer")),
        doorkeeper.getIfAvailable(() -> (headers, from) -> {}),
        observations.getIfAvailable(() -> ObservationRegistry.NOOP),
        ticker,
        most(uploads));
  }

  @Bean
  GrpcServerExecutorProvider quickThreads() {
    ThreadPoolExecutor threads =
        new ThreadPoolExecutor(
            QUICK_THREADS,
            QUICK_THREADS,
            IDLE_THREAD.toMillis(),
            TimeUnit.MILLISECONDS,
            new LinkedBlockingQueue<>(),
            daemons("grpc-call"));
    threads.allowCoreThreadTimeOut(true);
    return () -> threads;
  }

  /** What reads and writes connections: as many threads as there are processors. */
  @Bean(destroyMethod = "shutdownGracefully")
  EventLoopGroup grpcLoops() {
    return new MultiThreadIoEventLoopGroup(
        Runtime.getRuntime().availableProcessors(), daemons("grpc-io"), NioIoHandler.newFactory());
  }

  /** After Spring Boot's own, whose limit of a message is smaller than a picture may be. */
  @Bean
  @Order(Ordered.LOWEST_PRECEDENCE)
  ServerBuilderCustomizer<NettyServerBuilder> bounds(
      UploadProperties uploads,
      @Qualifier("uploadMemory") Permits uploadMemory,
      EventLoopGroup loops) {
    int most = most(uploads);
    ConnectionBound bound = new ConnectionBound(CONNECTIONS, CONNECTIONS / 2);
    return builder ->
        builder
            .maxInboundMessageSize(most)
            .decompressorRegistry(Deflate.andOthers())
            .maxConcurrentCallsPerConnection(CALLS_PER_CONNECTION)
            .maxRstFramesPerWindow(RESETS, RESETS_SECONDS)
            .flowControlWindow(WINDOW)
            .channelFactory(() -> new BoundedListener(bound))
            .bossEventLoopGroup(loops)
            .workerEventLoopGroup(loops)
            .handshakeTimeout(HANDSHAKE.toMillis(), TimeUnit.MILLISECONDS)
            .addStreamTracerFactory(new Arrivals(uploadMemory));
  }

  /** Each call with its own account of memory. */
  private static final class Arrivals extends ServerStreamTracer.Factory {
    private final Permits memory;

    Arrivals(Permits memory) {
      this.memory = memory;
    }

    @Override
    public ServerStreamTracer newServerStreamTracer(String method, Metadata headers) {
      return new Arrival(memory);
    }
  }

  /** Stops with the web server, after the drain delay, and not at its beginning. */
  @Bean
  GrpcServerLifecycle nettyGrpcServerLifecycle(
      NettyGrpcServerFactory factory,
      ApplicationEventPublisher events,
      @Value("${spring.lifecycle.timeout-per-shutdown-phase}") Duration grace) {
    return new StoppedWithTheWeb(factory, grace, events);
  }

  private static int most(UploadProperties uploads) {
    return (int) Math.min(uploads.mostBytes(), Integer.MAX_VALUE - Arrival.FRAME);
  }

  /**
   * As many threads as there are calls at a time, and none for long when there are none: the one
   * that was idle last is taken first. See RATIONALE.md. Whoever hands a call over has a permit, so
   * where all are taken one is about to be idle, and is waited for.
   */
  static ThreadPoolExecutor answerThreads(int most) {
    return new ThreadPoolExecutor(
        0,
        most,
        IDLE_THREAD.toMillis(),
        TimeUnit.MILLISECONDS,
        new SynchronousQueue<>(),
        daemons("grpc-answer"),
        GrpcConfiguration::handOver);
  }

  private static void handOver(Runnable call, ThreadPoolExecutor threads) {
    try {
      if (!threads.isShutdown()
          && threads.getQueue().offer(call, HAND_OVER.toMillis(), TimeUnit.MILLISECONDS)) {
        return;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    throw new RejectedExecutionException(
        "all of %d threads are busy".formatted(threads.getPoolSize()));
  }

  private static ThreadFactory daemons(String name) {
    AtomicInteger count = new AtomicInteger();
    return task -> {
      Thread thread = new Thread(task, name + "-" + count.incrementAndGet());
      thread.setDaemon(true);
      return thread;
    };
  }
}
