package org.resnetserving.serving;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.resnetserving.admission.Deadline;
import org.resnetserving.admission.Permit;
import org.resnetserving.admission.Permits;
import org.resnetserving.admission.Ticker;
import org.resnetserving.explain.Overlay;
import org.resnetserving.image.Cut;
import org.resnetserving.image.DecodeMode;
import org.resnetserving.image.Decoded;
import org.resnetserving.image.ImageLimits;
import org.resnetserving.image.NativeImageLibrary;
import org.resnetserving.image.Picture;
import org.resnetserving.image.PictureDecoder;
import org.resnetserving.image.PictureEncoder;
import org.resnetserving.problem.ProblemException;
import org.resnetserving.problem.ProblemType;
import org.resnetserving.problem.RetryAfter;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Where pictures of all models are decoded: on so many threads, in so much memory, at once. */
public final class Workshop {
  private static final Logger log = LoggerFactory.getLogger(Workshop.class);

  /** How often natives that failed are tried again. */
  private static final Duration RETRY = Duration.ofSeconds(5);

  private final Supplier<NativeImageLibrary> library;
  private final ImageLimits limits;

  /** Of the heap, at least what one picture may take; of a large one an eighth. */
  private static final int HEAP_PART = 8;

  /** Of the heap, at least four drawings of the largest size; of a large one a sixteenth. */
  private static final int DRAWINGS_PART = 16;

  private static final long LEAST_FOR_DRAWINGS = 16L << 20;

  /** Of what requests may have of the heap, half is left to uploads, tables and drawings. */
  private static final int WAITING_PART = 2;

  /** Native memory that is left to all else: networks that run, and connections. */
  private static final long RESERVE = 32L << 20;

  /** Pictures below that are decoded without asking what is left. */
  private static final long SMALL = 16L << 20;

  private final Permits memory;
  private final Supplier<OptionalLong> room;
  private final AtomicLong atWork = new AtomicLong();
  private final Permits heap;
  private final Permits drawings;
  private final Permits waiting;
  private final Decoders decoders;
  private final Ticker ticker;
  private final AtomicLong triedNanos;
  private volatile @Nullable LinkageError brokenBy;

  /**
   * @param library that decodes, once it is loaded
   * @param limits on a picture's size
   * @param memory for decoded pictures, in bytes
   * @param room bytes that the process may still take, at this moment; empty where that is not
   *     known
   * @param requestHeap for all that requests take of the Java heap, in bytes
   * @param threads that decode at once
   * @param ticker that deadlines are told by
   */
  public Workshop(
      Supplier<NativeImageLibrary> library,
      ImageLimits limits,
      Permits memory,
      Supplier<OptionalLong> room,
      Permits requestHeap,
      int threads,
      Ticker ticker) {
    this.library = library;
    this.limits = limits;
    this.memory = memory;
    this.room = room;
    this.heap =
        requestHeap.part(
            "tables of decoders",
            Math.max(Picture.MOST_HEAP_BYTES, Runtime.getRuntime().maxMemory() / HEAP_PART));
    this.drawings =
        requestHeap.part(
            "drawn pictures",
            Math.max(LEAST_FOR_DRAWINGS, Runtime.getRuntime().maxMemory() / DRAWINGS_PART));
    this.waiting =
        requestHeap.part("pictures that wait, and answers", requestHeap.capacity() / WAITING_PART);
    this.decoders = new Decoders(threads);
    this.ticker = ticker;
    this.triedNanos = new AtomicLong(ticker.nanos() - RETRY.toNanos());
  }

  /** What the picture's header claims, checked. */
  Picture inspect(byte[] file) {
    return Picture.read(file, limits);
  }

  /** A decoder for one model's pictures. */
  public PictureDecoder decoder(DecodeMode mode) {
    return new PictureDecoder(library.get(), mode);
  }

  /**
   * Decodes a small picture by each native way.
   *
   * @throws LinkageError if there is one that does not work here
   */
  public void tryDecoders() {
    decoder(DecodeMode.EXACT).tryEach();
  }

  /** The views of a picture; decoding ends at the deadline, whoever waits for it. */
  List<Decoded> views(
      PictureDecoder decoder, Picture picture, Cut cut, Deadline deadline, StageClock clock) {
    return onDecoder(
        picture.decodedBytes(),
        picture.heapBytes(cut),
        deadline,
        clock,
        () -> decoder.views(picture, cut, () -> requireTime(deadline)));
  }

  /** The map drawn on its picture. Whoever takes it closes it once it is sent. */
  Drawing draw(
      PictureDecoder decoder,
      Picture picture,
      Overlay overlay,
      Deadline deadline,
      StageClock clock) {
    Cut whole = Cut.whole(picture, Overlay.LONGEST_SIDE);
    int width = whole.width();
    int height = whole.height();
    Permit kept = drawings.acquire(PictureEncoder.pngBytes(width, height));
    boolean drawn = false;
    try {
      byte[] png =
          onDecoder(
              picture.decodedBytes() + PictureEncoder.nativeBytes(width, height),
              picture.heapBytes(whole),
              deadline,
              clock,
              () -> {
                Runnable check = () -> requireTime(deadline);
                byte[] pixels = decoder.views(picture, whole, check).get(0).pixels();
                PictureEncoder encoder = new PictureEncoder(library.get());
                overlay.paint(pixels, width, height, encoder.colors(overlay.colors()), check);
                return encoder.png(pixels, width, height);
              });
      kept.resize(png.length);
      drawn = true;
      return new Drawing(png, kept);
    } finally {
      if (!drawn) {
        kept.close();
      }
    }
  }

  /** For pictures that are decoded and wait for their run, and for what is answered to them. */
  Permits waiting() {
    return waiting;
  }

  /** Bytes of drawings that were not sent yet. */
  public long drawn() {
    return drawings.inUse();
  }

  /** Works on a picture: in so much memory, on one of so many threads. */
  private <T> T onDecoder(
      long nativeBytes, long heapBytes, Deadline deadline, StageClock clock, Supplier<T> work) {
    try (Permit permit = memory.acquire(nativeBytes);
        Permit tables = heap.acquire(heapBytes)) {
      clock.enter(Stage.QUEUE);
      takeDecoder(deadline);
      clock.enter(Stage.DECODE);
      return decoders.run(() -> inMemory(nativeBytes, work));
    } catch (LinkageError e) {
      breakDown(e);
      throw outage(e);
    }
  }

  /** Works, unless that could take more than there is, and have Linux kill the process. */
  private <T> T inMemory(long bytes, Supplier<T> work) {
    long all = atWork.addAndGet(bytes);
    try {
      if (bytes > SMALL) {
        // What others at work have taken of theirs is counted twice, which errs on the safe side.
        long left = room.get().orElse(Long.MAX_VALUE) - RESERVE;
        if (all > left) {
          throw noRoom(bytes, Math.max(0, left - (all - bytes)));
        }
      }
      return work.get();
    } finally {
      atWork.addAndGet(-bytes);
    }
  }

  private static ProblemException noRoom(long bytes, long left) {
    return new ProblemException(
            ProblemType.OVERLOADED,
            "Decoding the picture takes %,d bytes of memory, and %,d are left of what the service may use."
                .formatted(bytes, left))
        .with("resource", "memory")
        .with("wanted", bytes)
        .with("left", left)
        .retryAfter(RetryAfter.SHORTEST);
  }

  /** What is wrong while pictures cannot be decoded here; empty while they can. */
  Optional<ProblemException> outage() {
    LinkageError cause = brokenBy;
    if (cause == null) {
      return Optional.empty();
    }
    return tryAgain() ? Optional.empty() : Optional.of(outage(cause));
  }

  /** The natives are gone, or are no good: no picture can be decoded, whoever sends it. */
  private void breakDown(LinkageError e) {
    if (brokenBy == null) {
      log.error("Pictures cannot be decoded: the natives do not work any more", e);
    }
    brokenBy = e;
  }

  /** Asks the decoders themselves, at most once in a while: readiness is asked for often. */
  private boolean tryAgain() {
    long now = ticker.nanos();
    long last = triedNanos.get();
    if (now - last < RETRY.toNanos() || !triedNanos.compareAndSet(last, now)) {
      return false;
    }
    try {
      decoder(DecodeMode.EXACT).tryEach();
      log.info("Pictures can be decoded again");
      brokenBy = null;
      return true;
    } catch (LinkageError | RuntimeException e) {
      log.debug("Still no decoders", e);
      return false;
    }
  }

  private static ProblemException outage(LinkageError cause) {
    return new ProblemException(
            ProblemType.MODEL_NOT_READY,
            "Pictures cannot be decoded: the natives do not work (%s). The service's log says more."
                .formatted(cause.toString()),
            cause)
        .retryAfter(RETRY);
  }

  private void requireTime(Deadline deadline) {
    if (deadline.expired(ticker)) {
      throw tooLate(deadline);
    }
  }

  private static ProblemException tooLate(Deadline deadline) {
    return new ProblemException(
        ProblemType.DEADLINE_EXCEEDED,
        "The deadline of %s passed before the picture could be decoded."
            .formatted(deadline.allowed()));
  }

  private void takeDecoder(Deadline deadline) {
    try {
      Duration left = deadline.remaining(ticker);
      if (left.isZero() || !decoders.take(left)) {
        throw tooLate(deadline);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ProblemException(ProblemType.SHUTTING_DOWN, "The request was interrupted.", e);
    }
  }
}
