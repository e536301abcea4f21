package org.resnetserving.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.times;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.when;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.resnetserving.BlackPicture;
import org.resnetserving.RunningServer;
import org.resnetserving.admission.Deadline;
import org.resnetserving.admission.FakeTicker;
import org.resnetserving.admission.Permits;
import org.resnetserving.explain.ClassActivationMap;
import org.resnetserving.explain.Overlay;
import org.resnetserving.image.ColorScale;
import org.resnetserving.image.Cut;
import org.resnetserving.image.DecodeMode;
import org.resnetserving.image.Geometry;
import org.resnetserving.image.ImageLimits;
import org.resnetserving.image.Interpolation;
import org.resnetserving.image.NativeImageLibrary;
import org.resnetserving.image.Picture;
import org.resnetserving.image.PictureDecoder;
import org.resnetserving.image.Preset;
import org.resnetserving.problem.ProblemException;
import org.resnetserving.problem.ProblemType;

/** What becomes of a service whose decoders do not work. */
final class WorkshopTest {
  private static final Path NATIVES = Path.of("target", "natives");
  private static final Preset PRESET = new Preset(32, 32, Interpolation.BILINEAR);

  private final FakeTicker ticker = new FakeTicker();
  private final AtomicBoolean gone = new AtomicBoolean(true);
  private final AtomicReference<OptionalLong> room = new AtomicReference<>(OptionalLong.empty());
  private final Workshop workshop =
      new Workshop(
          this::library,
          ImageLimits.DEFAULT,
          new Permits("decoded", 1 << 30),
          room::get,
          new Permits("heap", 64 << 20),
          1,
          ticker);

  private NativeImageLibrary library() {
    if (gone.get()) {
      throw new UnsatisfiedLinkError("no such file");
    }
    return NativeImageLibrary.load(NATIVES);
  }

  @Test
  void decodersThatDoNotWork_areFoundBeforeTheModelIsReady() {
    assertThatThrownBy(workshop::tryDecoders).isInstanceOf(LinkageError.class);
    gone.set(false);
    workshop.tryDecoders();
    assertThat(workshop.outage()).isEmpty();
  }

  @Test
  void decoderThatFailsToLink_isAnOutage_untilItWorksAgain() throws IOException {
    PictureDecoder decoder = mock(PictureDecoder.class);
    when(decoder.views(any(), any(), any())).thenThrow(new NoClassDefFoundError("opencv"));

    ProblemException problem = catchThrowableOfType(ProblemException.class, () -> crop(decoder));
    assertThat(problem.type()).isEqualTo(ProblemType.MODEL_NOT_READY);
    assertThat(problem.properties()).containsEntry("retry_after_seconds", 5L);
    assertThat(workshop.outage()).isPresent();

    gone.set(false);
    ticker.advance(Duration.ofSeconds(5));
    assertThat(workshop.outage()).isEmpty();
    assertThat(workshop.outage()).isEmpty();
  }

  @Test
  void drawing_claimsItsBytes_untilItIsClosed() throws IOException {
    gone.set(false);
    Picture picture = workshop.inspect(RunningServer.picture("pictures/cat.jpg"));
    try (Drawing drawing = draw(picture)) {
      assertThat(workshop.drawn()).isEqualTo(drawing.png().length);
    }
    assertThat(workshop.drawn()).isZero();
  }

  @Test
  void drawing_thatFails_claimsNothing() throws IOException {
    gone.set(false);
    byte[] cat = RunningServer.picture("pictures/cat.jpg");
    Picture truncated = workshop.inspect(Arrays.copyOf(cat, cat.length / 2));
    assertThatThrownBy(() -> draw(truncated)).isInstanceOf(ProblemException.class);
    assertThat(workshop.drawn()).isZero();
  }

  @Test
  void picture_forWhichNotEnoughMemoryIsLeft_isRefused_andDecodedOnceThereIs() throws IOException {
    PictureDecoder decoder = mock(PictureDecoder.class);
    when(decoder.views(any(), any(), any())).thenReturn(List.of());
    Picture large = workshop.inspect(BlackPicture.jpeg(3000, 2000, false));
    long left = 40 << 20;

    room.set(OptionalLong.of(left));
    ProblemException problem =
        catchThrowableOfType(ProblemException.class, () -> crop(decoder, large));
    assertThat(problem.type()).isEqualTo(ProblemType.OVERLOADED);
    assertThat(problem.properties())
        .containsEntry("resource", "memory")
        .containsEntry("wanted", large.decodedBytes())
        .containsKey("retry_after_seconds");
    verify(decoder, never()).views(any(), any(), any());
    // A small one takes what is kept for all else.
    crop(decoder);

    room.set(OptionalLong.of(left + large.decodedBytes()));
    crop(decoder, large);
    verify(decoder, times(2)).views(any(), any(), any());
  }

  private Drawing draw(Picture picture) {
    Overlay overlay =
        new Overlay(
            new ClassActivationMap(0, 1, 2, new float[] {0, 1}, 0),
            Geometry.of(picture, PRESET),
            PRESET.crop(),
            ColorScale.VIRIDIS,
            0.5);
    return workshop.draw(
        workshop.decoder(DecodeMode.EXACT),
        picture,
        overlay,
        Deadline.after(Duration.ofSeconds(60), ticker),
        new StageClock(ticker));
  }

  private void crop(PictureDecoder decoder) {
    crop(decoder, workshop.inspect(RunningServer.picture("pictures/cat.jpg")));
  }

  private void crop(PictureDecoder decoder, Picture picture) {
    workshop.views(
        decoder,
        picture,
        Cut.crop(picture, PRESET),
        Deadline.after(Duration.ofSeconds(60), ticker),
        new StageClock(ticker));
  }
}
