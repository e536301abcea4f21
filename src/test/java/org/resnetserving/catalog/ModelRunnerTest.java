package org.resnetserving.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.Mockito.mock;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.resnetserving.batch.Deadline;
import org.resnetserving.batch.Ticker;
import org.resnetserving.image.DecodeMode;
import org.resnetserving.pool.BatchFunction;
import org.resnetserving.pool.Lane;
import org.resnetserving.pool.LaneSettings;
import org.resnetserving.pool.WorkerPool;

/** How the process is let go, whether or not the workers let go of what they run. */
@Timeout(60)
final class ModelRunnerTest {
  private final WorkerPool pool = new WorkerPool("test", 1, Ticker.system());
  private final List<Integer> halts = new ArrayList<>();

  @Test
  void stop_ofAPoolThatRunsNothing_letsTheProcessEndNormally() {
    runner().stop();
    assertThat(halts).isEmpty();
  }

  @Test
  void stop_duringARunThatDoesNotEnd_haltsTheProcess() throws InterruptedException {
    CountDownLatch started = new CountDownLatch(1);
    CountDownLatch end = new CountDownLatch(1);
    Lane<String, String> lane =
        pool.open(new LaneSettings("stuck", 4, 1, 1, Duration.ZERO), () -> new Stuck(started, end));
    lane.submit("picture", Deadline.after(Duration.ofSeconds(60), Ticker.system()));
    started.await();
    runner().stop();
    assertThat(halts).containsExactly(143);
    end.countDown();
  }

  @Test
  void runner_thatHasBegun_isRunningOnlyOnceLibtorchHasStarted() {
    ModelRunner runner = runner();
    runner.begin();
    assertThat(runner.isRunning()).as("else Spring never calls start()").isFalse();
    runner.start();
    assertThat(runner.isRunning()).isTrue();
    runner.destroy();
    assertThat(runner.isRunning()).isFalse();
    assertThat(halts).isEmpty();
  }

  private ModelRunner runner() {
    ServedModel model =
        ServedModel.of(
            ModelDescriptors.read(Path.of("models/resnet20-cifar10.yml")),
            new CatalogProperties.Serving(
                1,
                1,
                8,
                64,
                Duration.ofSeconds(10),
                Duration.ofSeconds(60),
                ModelDescriptor.Precision.AUTO,
                DecodeMode.EXACT,
                Duration.ZERO));
    return new ModelRunner(
        new Catalog(List.of(model)),
        () -> mock(ModelLoader.class),
        mock(WeightStore.class),
        pool,
        new CatalogMetrics(new SimpleMeterRegistry()),
        Duration.ofSeconds(1),
        halts::add);
  }

  /** Native code that no interrupt reaches. */
  private record Stuck(CountDownLatch started, CountDownLatch end)
      implements BatchFunction<String, String> {
    @Override
    public List<String> run(List<String> batch) {
      started.countDown();
      boolean ended = false;
      while (!ended) {
        try {
          end.await();
          ended = true;
        } catch (InterruptedException e) {
          // Goes on.
        }
      }
      return batch;
    }

    @Override
    public void close() {}
  }
}
