package org.resnetserving.serving;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.resnetserving.admission.Deadline;
import org.resnetserving.admission.Permit;
import org.resnetserving.engine.Crop;
import org.resnetserving.engine.Inference;
import org.resnetserving.image.Decoded;
import org.resnetserving.image.Picture;
import org.resnetserving.pool.Completed;
import org.resnetserving.pool.Pending;
import org.resnetserving.problem.ProblemException;
import org.resnetserving.problem.ProblemType;

/**
 * One request's pictures on their way through a pipeline: decoded one after the other, run beside
 * each other. When the queue is full, a request waits for its own pictures before it gives up.
 */
final class Passage {
  private final Pipeline pipeline;
  private final Wanted wanted;
  private final Deadline deadline;
  private final StageClock clock;
  private final Deque<Sent> sent = new ArrayDeque<>();
  private @Nullable Outcome[] outcomes = new @Nullable Outcome[0];

  Passage(Pipeline pipeline, Wanted wanted, Deadline deadline, StageClock clock) {
    this.pipeline = pipeline;
    this.wanted = wanted;
    this.deadline = deadline;
    this.clock = clock;
  }

  /** A picture that waits for a worker, or runs. */
  private record Sent(int index, Pending<Inference> pending, @Nullable String warning) {}

  /** A picture whose header is good; null where its pixels came as they are. */
  private record Good(int index, Input input, @Nullable Picture picture) {}

  List<Outcome> of(List<? extends Input> inputs) {
    outcomes = new @Nullable Outcome[inputs.size()];
    clock.enter(Stage.DECODE);
    List<Good> good = new ArrayList<>();
    for (int i = 0; i < inputs.size(); i++) {
      int index = i;
      Input input = inputs.get(i);
      if (input instanceof Input.Broken broken) {
        outcomes[index] = Outcome.failed(broken.problem());
      } else {
        attempt(index, () -> good.add(inspected(index, input)));
      }
    }
    if (!good.isEmpty()) {
      try (Permit places = pipeline.places().acquire(good.size())) {
        for (Good picture : good) {
          attempt(picture.index(), () -> send(picture));
        }
        while (!sent.isEmpty()) {
          receive();
        }
      } finally {
        sent.forEach(left -> left.pending().abandon());
      }
    }
    return Arrays.stream(outcomes).map(Objects::requireNonNull).toList();
  }

  /** What is wrong with a picture is its own outcome; all else ends the request. */
  private void attempt(int index, Runnable step) {
    try {
      step.run();
    } catch (ProblemException e) {
      if (!e.type().concernsPicture()) {
        throw e;
      }
      outcomes[index] = Outcome.failed(e);
    }
  }

  private Good inspected(int index, Input input) {
    return new Good(
        index,
        input,
        input instanceof Input.File file ? pipeline.workshop().inspect(file.bytes()) : null);
  }

  private void send(Good good) {
    clock.enter(Stage.DECODE);
    Decoded decoded = decoded(good);
    clock.enter(Stage.QUEUE);
    Crop crop = new Crop(decoded.pixels(), wanted.features(), wanted.featureMap());
    sent.add(new Sent(good.index(), submitted(crop), decoded.warning()));
  }

  private Decoded decoded(Good good) {
    Picture picture = good.picture();
    return picture != null
        ? pipeline.workshop().crop(pipeline.decoder(), picture, pipeline.preset(), deadline, clock)
        : new Decoded(((Input.Pixels) good.input()).bytes(), null);
  }

  private Pending<Inference> submitted(Crop crop) {
    while (true) {
      try {
        return pipeline.lane().submit(crop, deadline);
      } catch (ProblemException e) {
        if (e.type() != ProblemType.OVERLOADED || sent.isEmpty()) {
          throw e;
        }
        receive();
        clock.enter(Stage.QUEUE);
      }
    }
  }

  private void receive() {
    Sent first = sent.remove();
    attempt(
        first.index(),
        () -> {
          try {
            Completed<Inference> completed = await(first.pending());
            outcomes[first.index()] =
                Outcome.answered(
                    new PictureResult(completed.value(), completed.batchSize(), first.warning()));
          } finally {
            clock.enteredBefore(Stage.INFERENCE, first.pending().runNanos());
          }
        });
  }

  private static Completed<Inference> await(Pending<Inference> pending) {
    try {
      return pending.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ProblemException(ProblemType.SHUTTING_DOWN, "The request was interrupted.", e);
    }
  }
}
