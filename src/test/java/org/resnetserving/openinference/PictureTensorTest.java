package org.resnetserving.openinference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntBinaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.resnetserving.image.Interpolation;
import org.resnetserving.image.Preset;
import org.resnetserving.models.ModelDescriptor.Preprocessing;
import org.resnetserving.network.ChannelOrder;
import org.resnetserving.network.Normalization;
import org.resnetserving.problem.ProblemException;
import org.resnetserving.problem.ProblemType;
import org.resnetserving.serving.Input;

/** Pictures as tensors, in all the forms that they are sent in. */
final class PictureTensorTest {
  private static final int SIDE = 2;
  private static final Bounds BOUNDS = new Bounds(1000, bytes -> {});

  /** Each level once: 2 × 2 pixels of three colours, by row, column and channel. */
  private static final byte[] PIXELS = {0, 1, 2, 3, 100, 127, -128, -56, -3, -2, -1, 42};

  private final PictureTensor torchvision = of(Normalization.IMAGENET);

  @Test
  void uint8_byPixel_isTakenAsItIs() {
    assertThat(only(torchvision, uint8(PIXELS, 1, 2, 2, 3))).isEqualTo(PIXELS);
  }

  @Test
  void uint8_byPlane_isTransposed() {
    byte[] planes = new byte[12];
    for (int place = 0; place < 4; place++) {
      for (int channel = 0; channel < 3; channel++) {
        planes[channel * 4 + place] = PIXELS[place * 3 + channel];
      }
    }
    assertThat(only(torchvision, uint8(planes, 1, 3, 2, 2))).isEqualTo(PIXELS);
  }

  @Test
  void fp32_byPlane_isInvertedExactly() {
    Normalization caffe =
        new Normalization(1, List.of(104f, 117f, 123f), List.of(1f, 1f, 1f), ChannelOrder.BGR);
    for (Normalization normalization : List.of(Normalization.IMAGENET, caffe)) {
      Tensor tensor =
          fp32(
              (channel, place) -> PIXELS[place * 3 + normalization.pixelChannel(channel)] & 0xff,
              normalization);
      assertThat(only(of(normalization), tensor)).isEqualTo(PIXELS);
    }
  }

  @Test
  void fp32_ofEachLevel_comesBack() {
    for (int level = 0; level < 256; level++) {
      int all = level;
      byte[] pixels = only(torchvision, fp32((channel, place) -> all, Normalization.IMAGENET));
      assertThat(pixels).containsOnly(level);
    }
  }

  @Test
  void fp32_ofOneChannel_isAsGreyAsItsPixels() {
    Normalization grey = new Normalization(255, List.of(0.5f), List.of(0.25f));
    ByteBuffer data = buffer(16);
    for (int level : new int[] {0, 7, 128, 255}) {
      data.putFloat(grey.apply(level, 0));
    }
    Tensor tensor = new Tensor("input", Datatype.FP32, Shape.of(1, 1, 2, 2), List.of(data.flip()));
    assertThat(only(of(grey), tensor))
        .isEqualTo(new byte[] {0, 0, 0, 7, 7, 7, -128, -128, -128, -1, -1, -1});
  }

  @ParameterizedTest
  @CsvSource({"200", "3.0", "-2.6", "NaN", "Infinity"})
  void fp32_thatIsNoPixel_isRefusedInWords(float value) {
    ByteBuffer data = buffer(48);
    while (data.hasRemaining()) {
      data.putFloat(value);
    }
    Tensor tensor = new Tensor("input", Datatype.FP32, Shape.of(1, 3, 2, 2), List.of(data.flip()));
    assertRefused(tensor, "which no pixel comes to");
    assertRefused(tensor, "-2.118 to 2.249");
    assertRefused(tensor, "UINT8");
  }

  @ParameterizedTest
  @CsvSource({"1 3 2 3", "3 2 2", "4", "1 12", "1 3 2 2 1"})
  void pixels_ofAnotherShape_areToldTheRightOne(String shape) {
    long[] sizes = Arrays.stream(shape.split(" ")).mapToLong(Long::parseLong).toArray();
    assertRefused(uint8(new byte[18], sizes), "[n,3,2,2] or [n,2,2,3]");
  }

  @Test
  void pictures_thatAreMany_areRefused() {
    assertRefused(uint8(new byte[60], 5, 3, 2, 2), "may have 4 pictures");
  }

  @Test
  void bytes_areFiles_oneForEachElement() {
    Tensor files =
        new Tensor(
            "input",
            Datatype.BYTES,
            Shape.of(2, 1),
            List.of(ByteBuffer.wrap(PIXELS, 1, 2), ByteBuffer.wrap(PIXELS)));
    List<Input> inputs = torchvision.inputs(files, BOUNDS);
    assertThat(((Input.File) inputs.get(0)).bytes()).containsExactly(1, 2);
    assertThat(((Input.File) inputs.get(1)).bytes()).isSameAs(PIXELS);
    assertRefused(
        new Tensor("input", Datatype.BYTES, Shape.of(1, 2), files.data()), "have [n] or [n,1]");
  }

  private static PictureTensor of(Normalization normalization) {
    return new PictureTensor(
        new Preprocessing(new Preset(SIDE, SIDE, Interpolation.BILINEAR), normalization), 4);
  }

  private static byte[] only(PictureTensor pictures, Tensor tensor) {
    List<Input> inputs = pictures.inputs(tensor, BOUNDS);
    assertThat(inputs).hasSize(1);
    return ((Input.Pixels) inputs.get(0)).bytes();
  }

  private static Tensor uint8(byte[] bytes, long... sizes) {
    return new Tensor("input", Datatype.UINT8, Shape.of(sizes), List.of(ByteBuffer.wrap(bytes)));
  }

  /** By the network's channel and place. */
  private static Tensor fp32(IntBinaryOperator pixel, Normalization normalization) {
    ByteBuffer data = buffer(48);
    for (int channel = 0; channel < 3; channel++) {
      for (int place = 0; place < 4; place++) {
        data.putFloat(normalization.apply(pixel.applyAsInt(channel, place), channel));
      }
    }
    return new Tensor("input", Datatype.FP32, Shape.of(1, 3, 2, 2), List.of(data.flip()));
  }

  private static ByteBuffer buffer(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  private void assertRefused(Tensor tensor, String said) {
    assertThatThrownBy(() -> torchvision.inputs(tensor, BOUNDS))
        .isInstanceOfSatisfying(
            ProblemException.class, e -> assertThat(e.type()).isEqualTo(ProblemType.TENSOR_INVALID))
        .hasMessageContaining(said);
  }
}
