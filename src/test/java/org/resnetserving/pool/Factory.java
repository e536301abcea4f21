package org.resnetserving.pool;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Makes predictors that answer {@code x} with {@code done x}, records what happens to them, and
 * holds a batch with an item called {@code gate…} until the gate opens.
 */
final class Factory implements Callable<Predictor<String, String>> {
  /** What a test does in the midst of a run or while a predictor is made. */
  interface Step {
    void run(List<String> batch) throws Exception;
  }

  final AtomicInteger made = new AtomicInteger();
  final AtomicInteger closed = new AtomicInteger();
  final List<List<String>> batches = new CopyOnWriteArrayList<>();
  final List<String> misuses = new CopyOnWriteArrayList<>();
  final List<Thread> makers = new CopyOnWriteArrayList<>();
  private final Semaphore entered = new Semaphore(0);
  private final Semaphore gate = new Semaphore(0);
  private volatile Step onRun = batch -> {};
  private volatile Step onMake = batch -> {};

  Factory onRun(Step step) {
    onRun = step;
    return this;
  }

  Factory onMake(Step step) {
    onMake = step;
    return this;
  }

  /** Waits until a run stands at the gate. */
  void awaitGate() throws InterruptedException {
    if (!entered.tryAcquire(20, TimeUnit.SECONDS)) {
      throw new AssertionError("no run reached the gate");
    }
  }

  /** Lets as many runs pass the gate. */
  void openGate(int runs) {
    gate.release(runs);
  }

  /** All items run so far, in order. */
  List<String> items() {
    return batches.stream().flatMap(List::stream).toList();
  }

  @Override
  public Predictor<String, String> call() throws Exception {
    makers.add(Thread.currentThread());
    onMake.run(List.of());
    made.incrementAndGet();
    return new Function();
  }

  private final class Function implements Predictor<String, String> {
    private final Thread owner = Thread.currentThread();
    private boolean open = true;

    @Override
    public List<String> run(List<String> batch) throws Exception {
      check("run");
      batches.add(List.copyOf(batch));
      if (batch.stream().anyMatch(item -> item.startsWith("gate"))) {
        entered.release();
        gate.acquire();
      }
      onRun.run(batch);
      List<String> outputs = new ArrayList<>();
      batch.forEach(item -> outputs.add("done " + item));
      return outputs;
    }

    @Override
    public void close() {
      check("close");
      open = false;
      closed.incrementAndGet();
    }

    private void check(String call) {
      @Nullable String misuse =
          !open
              ? call + " after close"
              : owner != Thread.currentThread() ? call + " on another's thread" : null;
      if (misuse != null) {
        misuses.add(misuse);
      }
    }
  }
}
