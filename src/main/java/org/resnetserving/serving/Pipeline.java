package org.resnetserving.serving;

import java.time.Duration;
import java.util.Optional;
import org.resnetserving.admission.Deadline;
import org.resnetserving.admission.Permit;
import org.resnetserving.admission.Permits;
import org.resnetserving.engine.Crop;
import org.resnetserving.engine.Inference;
import org.resnetserving.image.Decoded;
import org.resnetserving.image.Picture;
import org.resnetserving.image.PictureDecoder;
import org.resnetserving.image.Preset;
import org.resnetserving.network.Activation;
import org.resnetserving.pool.Completed;
import org.resnetserving.pool.Lane;
import org.resnetserving.pool.Pending;
import org.resnetserving.problem.ProblemException;
import org.resnetserving.problem.ProblemType;
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
 * @param activation what makes probabilities of its logits
 */
public record Pipeline(
    ProgramSummary summary,
    Preset preset,
    PictureDecoder decoder,
    Workshop workshop,
    Permits places,
    Lane<Crop, Inference> lane,
    Activation activation) {

  /** Runs the network on a picture; see {@link ServedModel#infer}. */
  public PictureResult infer(byte[] file, Deadline deadline, StageClock clock) {
    clock.enter(Stage.DECODE);
    Picture picture = workshop.inspect(file);
    try (Permit place = places.acquire(1)) {
      Decoded decoded = workshop.crop(decoder, picture, preset, deadline, clock);
      clock.enter(Stage.QUEUE);
      Pending<Inference> pending = lane.submit(new Crop(decoded.pixels()), deadline);
      try {
        Completed<Inference> completed = await(pending);
        return new PictureResult(completed.value(), completed.batchSize(), decoded.warning());
      } finally {
        clock.enteredBefore(Stage.INFERENCE, pending.runNanos());
      }
    }
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

  private static Completed<Inference> await(Pending<Inference> pending) {
    try {
      return pending.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ProblemException(ProblemType.SHUTTING_DOWN, "The request was interrupted.", e);
    }
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
    lane.close(grace);
  }
}
