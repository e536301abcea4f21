package org.resnetserving.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.resnetserving.RunningServer;
import org.resnetserving.admission.Ticker;
import org.resnetserving.bench.SoakLoad.Counts;
import org.resnetserving.bench.SoakPictures.Named;
import org.resnetserving.image.NativeImageLibrary;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.grpc.server.lifecycle.GrpcServerLifecycle;

/** A short soak: everything at once, and every answer is what it was. */
@SpringBootTest(
    webEnvironment = WebEnvironment.RANDOM_PORT,
    properties = {
      "management.server.port=0",
      "resnet.models=resnet20-cifar10",
      "resnet.serving.precision=fp32",
      "server.address=127.0.0.1",
      "spring.grpc.server.port=0"
    })
final class SoakLoadIT {
  private static final String MODEL = "resnet20-cifar10";
  private static final int ERRANDS = 400;
  private static final double MEGAPIXELS = 0.25;

  private final int port;
  private final InetSocketAddress http;
  private final InetSocketAddress grpc;

  SoakLoadIT(@LocalServerPort int port, @Autowired GrpcServerLifecycle grpc) {
    this.port = port;
    this.http = new InetSocketAddress("127.0.0.1", port);
    this.grpc = new InetSocketAddress("127.0.0.1", grpc.getPort());
  }

  private static SoakPictures pictures() {
    return new SoakPictures(NativeImageLibrary.load(Path.of("target/natives")));
  }

  @Test
  void errands_ofAllKinds_areAnsweredAsTheFirstTime() throws Exception {
    new RunningServer(port).awaitReady();
    List<Named> good = pictures().good(MEGAPIXELS);
    List<String> models = List.of(MODEL, "guest");
    SoakLoad gone = load(Errand.of(good, pictures().bad(), models, "guest"));
    assertThatExceptionOfType(IOException.class)
        .isThrownBy(gone::first)
        .withMessageContaining("guest")
        .withMessageContaining("404");

    SoakLoad load = load(Errand.of(good, pictures().bad(), List.of(MODEL), "guest"));
    load.first();
    for (Thread client : load.start(4, Arrivals.times(Ticker.system(), ERRANDS))) {
      client.join();
    }
    assertThat(load.check(List.of(Errand.golden(good.get(0), MODEL)))).isLessThan(1e-3);
    Counts counts = load.counts();
    assertThat(load.notes()).isEmpty();
    assertThat(counts.wrong() + counts.failed()).isZero();
    assertThat(counts.hungUp()).isPositive();
    assertThat(counts.right() + counts.busy() + counts.hungUp()).isEqualTo(ERRANDS + 1);
  }

  private SoakLoad load(List<Errand> errands) {
    return new SoakLoad(http, grpc, errands, 60);
  }
}
