package org.resnetserving.serving;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.resnetserving.admission.Deadline;
import org.resnetserving.admission.Permit;
import org.resnetserving.admission.Permits;
import org.resnetserving.engine.Crop;
import org.resnetserving.engine.Inference;
import org.resnetserving.image.Cut;
import org.resnetserving.image.Decoded;
import org.resnetserving.image.Picture;
import org.resnetserving.image.Preset;
import org.resnetserving.pool.Completed;
import org.resnetserving.pool.Pending;
import org.resnetserving.problem.ProblemException;
import org.resnetserving.problem.ProblemType;

/**
 * One request's pictures on their way through a pipeline: decoded one after the other, run beside
 * each other. When the queue is full, a request waits for its own pictures before it gives up. In
 * steps, so that a request can go through several pipelines at once: {@link #enter}, {@link #send},
 * {@link #outcomes}; whoever made it closes it.
 */
final class Passage implements AutoCloseable {
  private static final int RGB = 3;

  private final Pipeline pipeline;
  private final Wanted wanted;
  private final Deadline deadline;
  private final StageClock clock;
  private final DecodedOnce decodedOnce;
  private final List<Good> good = new ArrayList<>();
  private final Deque<Sent> sent = new ArrayDeque<>();
  private @Nullable Permit places;
  private @Nullable Permit heap;
  private int mostSent = 1;
  private @Nullable Outcome[] outcomes = new @Nullable Outcome[0];

  /**
   * @param decodedOnce what the request's pictures were decoded to for other models
   */
  Passage(
      Pipeline pipeline,
      Wanted wanted,
      Deadline deadline,
      StageClock clock,
      DecodedOnce decodedOnce) {
    this.pipeline = pipeline;
    this.wanted = wanted;
    this.deadline = deadline;
    this.clock = clock;
    this.decodedOnce = decodedOnce;
  }

  /** A view of a picture that waits for a worker, or runs. */
  private record Sent(Views views, int times, Pending<Inference> pending) {}

  /**
   * What may become a result.
   *
   * @param picture with a good header, and what is made of it; null where its pixels came as they
   *     are
   */
  private record Good(int index, Input input, @Nullable Picture picture, @Nullable Cut cut) {
    int size() {
      return cut == null ? 1 : cut.size();
    }

    /** What one view takes; pixels that the client made count with the upload. */
    long cropBytes() {
      return cut == null ? 0 : (long) RGB * cut.width() * cut.height();
    }
  }

  /** What the network says of a picture's views, until all of them are there. */
  private static final class Views {
    private final int index;
    private final int size;
    private final @Nullable String warning;
    private final List<PictureResult.View> answered = new ArrayList<>();
    private final double temperature;
    private int batchSize;

    Views(int index, int size, double temperature, @Nullable String warning) {
      this.index = index;
      this.size = size;
      this.temperature = temperature;
      this.warning = warning;
    }

    /** The result, if this was the last one. */
    Optional<PictureResult> add(Completed<Inference> completed, int times) {
      answered.add(new PictureResult.View(completed.value(), times, temperature));
      batchSize = Math.max(batchSize, completed.batchSize());
      return answered.size() < size
          ? Optional.empty()
          : Optional.of(new PictureResult(List.copyOf(answered), batchSize, warning));
    }
  }

  /** All steps. */
  List<Outcome> of(List<? extends Input> inputs) {
    enter(inputs);
    send();
    return outcomes();
  }

  /** Looks at the headers, and takes a place for each picture that is good so far. */
  void enter(List<? extends Input> inputs) {
    outcomes = new @Nullable Outcome[inputs.size()];
    clock.enter(Stage.DECODE);
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
      places = pipeline.places().acquire(good.stream().mapToInt(Good::size).sum());
      claim(places.weight());
    }
  }

  /** Claims what the views take of the heap while they wait and run, and what is answered. */
  private void claim(long views) {
    Permits memory = pipeline.workshop().waiting();
    long crop = Math.max(1, good.stream().mapToLong(Good::cropBytes).max().orElse(0));
    long answers =
        good.stream().mapToLong(one -> pipeline.answerBytes().of(wanted, one.size())).sum();
    heap = memory.acquire(Math.min(memory.capacity(), views * crop + answers));
    // Where not all of them have room at once, one part is run before the next is decoded.
    mostSent = (int) Math.max(1, Math.min(views, (heap.weight() - answers) / crop));
  }

  /** Decodes the pictures and puts them into the queue. */
  void send() {
    for (Good picture : good) {
      attempt(picture.index(), () -> send(picture));
    }
  }

  /** Waits for what the network says. */
  List<Outcome> outcomes() {
    while (!sent.isEmpty()) {
      receive();
    }
    return Arrays.stream(outcomes).map(Objects::requireNonNull).toList();
  }

  /** Gives places and memory back, and abandons what is still under way. */
  @Override
  public void close() {
    sent.forEach(left -> left.pending().abandon());
    if (places != null) {
      places.close();
    }
    if (heap != null) {
      heap.close();
    }
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
    if (!(input instanceof Input.File file)) {
      return new Good(index, input, null, null);
    }
    Picture picture = pipeline.workshop().inspect(file.bytes());
    Preset preset = pipeline.preset();
    return new Good(
        index,
        input,
        picture,
        wanted.tenViews() ? Cut.tenViews(picture, preset) : Cut.crop(picture, preset));
  }

  private void send(Good good) {
    while (!sent.isEmpty() && sent.size() + good.size() > mostSent) {
      receive();
    }
    clock.enter(Stage.DECODE);
    List<Decoded> decoded = decoded(good);
    List<Integer> times = good.cut() == null ? List.of(1) : good.cut().times();
    Views views =
        new Views(good.index(), decoded.size(), pipeline.temperature(), decoded.get(0).warning());
    for (int i = 0; i < decoded.size(); i++) {
      clock.enter(Stage.QUEUE);
      // Of several views, what is beside the logits is the middle's.
      boolean first = i == 0;
      Crop crop =
          new Crop(
              decoded.get(i).pixels(), first && wanted.features(), first && wanted.featureMap());
      sent.add(new Sent(views, times.get(i), submitted(crop)));
    }
  }

  private List<Decoded> decoded(Good good) {
    Picture picture = good.picture();
    Cut cut = good.cut();
    if (picture == null || cut == null) {
      return List.of(new Decoded(((Input.Pixels) good.input()).bytes(), null));
    }
    return decodedOnce.views(
        new DecodedOnce.Making(
            good.input(), pipeline.preset(), pipeline.decoder().mode(), wanted.tenViews()),
        pipeline.workshop().waiting(),
        () -> pipeline.workshop().views(pipeline.decoder(), picture, cut, deadline, clock));
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
        first.views().index,
        () -> {
          try {
            first
                .views()
                .add(await(first.pending()), first.times())
                .ifPresent(result -> outcomes[first.views().index] = Outcome.answered(result));
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
