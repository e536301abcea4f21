package org.resnetserving.serving;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.resnetserving.admission.Deadline;

/**
 * One request's pictures and one model: what is kept of them is told, what another request has the
 * network run on is waited for, and the others go through a passage. In steps, as that is: {@link
 * #enter}, {@link #send}, {@link #finish}, {@link #outcomes}; whoever made it closes it.
 */
final class Asking implements AutoCloseable {
  /* Concurrency: a request waits for another's run only after it has ended all of its own, of every
   * model that it asks. So two requests never wait for each other. */
  private final Pipeline pipeline;
  private final UnaryOperator<Outcome> checked;
  private final Wanted wanted;
  private final Deadline deadline;
  private final StageClock clock;
  private final DecodedOnce decodedOnce;
  private final Passage passage;

  private List<? extends Input> inputs = List.of();
  private @Nullable Outcome[] outcomes = new @Nullable Outcome[0];

  /** Indexes of those that go through the passage, and their runs; null where none is kept. */
  private final Map<Integer, @Nullable SharedRun> own = new LinkedHashMap<>();

  private final Map<Integer, SharedRun> others = new LinkedHashMap<>();

  /**
   * @param checked an outcome, if its numbers are good
   * @param decodedOnce what the request's pictures were decoded to for other models
   */
  Asking(
      Pipeline pipeline,
      UnaryOperator<Outcome> checked,
      Wanted wanted,
      Deadline deadline,
      StageClock clock,
      DecodedOnce decodedOnce) {
    this.pipeline = pipeline;
    this.checked = checked;
    this.wanted = wanted;
    this.deadline = deadline;
    this.clock = clock;
    this.decodedOnce = decodedOnce;
    this.passage = new Passage(pipeline, wanted, deadline, clock, decodedOnce);
  }

  /** All steps. */
  List<Outcome> of(List<? extends Input> pictures) {
    enter(pictures);
    send();
    finish();
    return outcomes();
  }

  /** Looks for what is kept, and takes a place for each other picture that is good so far. */
  void enter(List<? extends Input> pictures) {
    inputs = pictures;
    outcomes = new @Nullable Outcome[pictures.size()];
    clock.enter(Stage.DECODE);
    for (int i = 0; i < pictures.size(); i++) {
      lookUp(i);
    }
    passage.enter(own.keySet().stream().map(inputs::get).toList());
  }

  private void lookUp(int index) {
    KeptAnswers kept = pipeline.kept();
    if (kept == null) {
      own.put(index, null);
      return;
    }
    Input input = inputs.get(index);
    KeptAnswers.Found found;
    if (input instanceof Input.File file) {
      found = kept.find(file.bytes(), true, wanted);
    } else if (input instanceof Input.Pixels pixels) {
      found = kept.find(pixels.bytes(), false, wanted);
    } else {
      own.put(index, null);
      return;
    }
    switch (found.lookup()) {
      case MISS -> own.put(index, found.run());
      case HIT -> outcomes[index] = Outcome.answered(found.run().join()).after(Lookup.HIT);
      default -> others.put(index, found.run());
    }
  }

  /** Decodes the pictures and puts them into the queue. */
  void send() {
    passage.send();
  }

  /** Waits for what the network says. */
  void finish() {
    List<Outcome> finished = passage.outcomes();
    int next = 0;
    for (Map.Entry<Integer, @Nullable SharedRun> one : own.entrySet()) {
      Outcome outcome = checked.apply(finished.get(next));
      SharedRun run = one.getValue();
      if (run != null) {
        run.end(outcome);
        outcome = outcome.after(Lookup.MISS);
      }
      outcomes[one.getKey()] = outcome;
      next++;
    }
    passage.close(); // Who only waits holds no place.
  }

  /** Waits for what others have the network run on, and runs it where they have left. */
  List<Outcome> outcomes() {
    List<Integer> left = new ArrayList<>();
    others.forEach(
        (index, run) -> {
          clock.enter(Stage.QUEUE);
          Optional<Outcome> outcome = run.await(deadline);
          outcome.ifPresent(there -> outcomes[index] = there.after(Lookup.SHARED));
          if (outcome.isEmpty()) {
            left.add(index);
          }
        });
    if (!left.isEmpty()) {
      try (Asking again = new Asking(pipeline, checked, wanted, deadline, clock, decodedOnce)) {
        List<Outcome> answers = again.of(left.stream().map(inputs::get).toList());
        for (int i = 0; i < left.size(); i++) {
          outcomes[left.get(i)] = answers.get(i);
        }
      }
    }
    return Arrays.stream(outcomes).map(Objects::requireNonNull).toList();
  }

  /** Abandons what is still under way. */
  @Override
  public void close() {
    passage.close();
    own.values().stream().filter(Objects::nonNull).forEach(SharedRun::leave);
  }
}
