package org.resnetserving.serving;

import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.resnetserving.admission.Deadline;
import org.resnetserving.admission.Permits;
import org.resnetserving.engine.Crop;
import org.resnetserving.engine.Inference;
import org.resnetserving.explain.Head;
import org.resnetserving.explain.Overlay;
import org.resnetserving.image.Geometry;
import org.resnetserving.image.PictureDecoder;
import org.resnetserving.image.Preset;
import org.resnetserving.network.Activation;
import org.resnetserving.pool.Lane;
import org.resnetserving.problem.ProblemException;
import org.resnetserving.programs.ProgramChoice;
import org.resnetserving.programs.ProgramSummary;

/**
 * The way of a picture through a loaded model: header, permits, decoding, queue, network. What can
 * be refused is refused before the work that it would cost.
 *
 * @param summary what is known of the network
 * @param preset what the network wants done to a picture
 * @param decoder of its pictures
 * @param workshop where pictures are decoded
 * @param places one for each request under way; as many as may wait or run, so that a picture for
 *     which there is no place in the queue is not decoded
 * @param lane to the workers, which frees the network when it is closed
 * @param answerBytes what its answers take of the heap
 * @param activation what makes probabilities of its logits
 * @param temperature what its logits are divided by before they become probabilities
 * @param head what makes its logits, for maps of classes; null where the network has none
 * @param kept what it said of pictures before; null where nothing is kept
 */
public record Pipeline(
    ProgramSummary summary,
    Preset preset,
    PictureDecoder decoder,
    Workshop workshop,
    Permits places,
    Lane<Crop, Inference> lane,
    AnswerBytes answerBytes,
    Activation activation,
    double temperature,
    @Nullable Head head,
    @Nullable KeptAnswers kept) {

  /** The same, of whose program more is known. */
  Pipeline with(ProgramChoice choice) {
    return new Pipeline(
        summary.with(choice),
        preset,
        decoder,
        workshop,
        places,
        lane,
        answerBytes,
        activation,
        temperature,
        head,
        kept);
  }

  /** Where the network's crop lies in a picture. */
  Geometry geometry(byte[] file) {
    return Geometry.of(workshop.inspect(file), preset);
  }

  /** A map drawn on its picture; see {@link ServedModel#draw}. */
  Drawing draw(byte[] file, Overlay overlay, Deadline deadline, StageClock clock) {
    clock.enter(Stage.DECODE);
    return workshop.draw(decoder, workshop.inspect(file), overlay, deadline, clock);
  }

  /** What is wrong while no worker has a network that works, or no picture can be decoded. */
  Optional<ProblemException> outage() {
    return lane.outage().or(workshop::outage);
  }

  /** Refuses where there is no place now, before an upload is read in vain. */
  void requirePlace() {
    outage()
        .ifPresent(
            outage -> {
              throw outage;
            });
    places.requireRoom(1);
  }

  /** When a client that is refused now may come back. */
  Duration retryAfter() {
    return lane.retryAfter((int) places.inUse());
  }

  /** Pictures that were let in and that no worker runs yet: in decoding, before it or after it. */
  public int queued() {
    // A caller that left at its deadline has given its place back while its picture still runs.
    return (int) Math.max(0, places.inUse() - lane.running());
  }

  /**
   * Finishes what was accepted, within the grace period. The network is freed when the last run has
   * ended, be it later.
   */
  public void close(Duration grace) {
    if (kept != null) {
      kept.forget();
    }
    lane.close(grace);
  }
}
