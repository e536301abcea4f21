package org.resnetserving.catalog;

import java.time.Duration;
import java.util.Collections;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.function.IntSupplier;
import org.resnetserving.admission.Ticker;
import org.resnetserving.programs.ProgramSummary;
import org.resnetserving.serving.ServedModel;

/**
 * Has programs timed against each other once nobody has asked for anything for a while, a model at
 * a time, each once. It gives way to the next request, and begins again at the next quiet time. Not
 * thread-safe: one thread looks.
 */
final class Tuner {
  private final Catalog catalog;
  private final ModelRunner runner;
  private final IntSupplier busyWorkers;
  private final Duration idleTime;
  private final Ticker ticker;

  /** Tuned, or not to be tuned: a failure would be one again. */
  private final Set<ServedModel> done =
      Collections.synchronizedSet(Collections.newSetFromMap(new WeakHashMap<>()));

  private volatile boolean tuning;
  private boolean looked;
  private long visits;
  private long quietSince;

  /**
   * @param busyWorkers how many workers run something
   * @param idleTime without a request, after which programs are timed
   */
  Tuner(
      Catalog catalog,
      ModelRunner runner,
      IntSupplier busyWorkers,
      Duration idleTime,
      Ticker ticker) {
    this.catalog = catalog;
    this.runner = runner;
    this.busyWorkers = busyWorkers;
    this.idleTime = idleTime;
    this.ticker = ticker;
  }

  /** Looks once, and begins if it is time: at the first look, the quiet time begins. */
  void look() {
    long now = ticker.nanos();
    if (!looked || tuning || isDisturbed(visits)) {
      looked = true;
      visits = catalog.visits();
      quietSince = now;
    } else if (now - quietSince >= idleTime.toNanos()) {
      catalog.models().stream()
          .filter(model -> !done.contains(model) && isUntuned(model))
          .findFirst()
          .ifPresent(this::tune);
    }
  }

  private void tune(ServedModel model) {
    tuning = true;
    long before = visits;
    runner.tune(
        model,
        () -> isDisturbed(before),
        ended -> {
          if (ended) {
            done.add(model);
          }
          tuning = false;
        });
  }

  private boolean isDisturbed(long before) {
    return catalog.visits() != before || catalog.isVisited() || busyWorkers.getAsInt() > 0;
  }

  private static boolean isUntuned(ServedModel model) {
    ProgramSummary program = model.program();
    return program != null && program.choice() != null && !program.choice().tuned();
  }
}
