package org.resnetserving.openinference;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.google.protobuf.ByteString;
import inference.InferParameter;
import inference.InferTensorContents;
import inference.ModelInferRequest;
import inference.ModelInferRequest.InferInputTensor;
import inference.ModelInferRequest.InferRequestedOutputTensor;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;
import org.resnetserving.image.Interpolation;
import org.resnetserving.image.Preset;
import org.resnetserving.models.ModelDescriptor.Preprocessing;
import org.resnetserving.network.Normalization;
import org.resnetserving.problem.ProblemException;

/**
 * Whatever the message, it is read within its bounds or refused with a {@link ProblemException}. To
 * search: {@code JAZZER_FUZZ=1 mvn test -Dtest=GrpcRequestFuzzTest}; without the variable only the
 * seeds and earlier finds run.
 */
class GrpcRequestFuzzTest {
  private static final PictureTensor PICTURES =
      new PictureTensor(
          new Preprocessing(new Preset(2, 2, Interpolation.BILINEAR), Normalization.IMAGENET), 4);

  @MethodSource("messages")
  @FuzzTest(maxDuration = "15s")
  void message_ofAnyBytes_isReadOrRefused(byte[] message) {
    AtomicLong taken = new AtomicLong();
    Bounds bounds = new Bounds(PICTURES.maxElements(), taken::addAndGet);
    try {
      GrpcRequest.Asked asked = GrpcRequest.asked(ByteBuffer.wrap(message));
      assertThat(asked.model()).hasSizeLessThanOrEqualTo(Bounds.MAX_TEXT);
      InferRequest request = GrpcRequest.read(ByteBuffer.wrap(message), bounds);
      assertThat(request.inputs()).hasSizeLessThanOrEqualTo(Bounds.MAX_TENSORS);
      for (Tensor input : request.inputs()) {
        assertThat(PICTURES.inputs(input, bounds)).hasSizeLessThanOrEqualTo(4);
      }
      request.parameters().whole("timeout", 1000);
    } catch (ProblemException e) {
      // refused
    }
    assertThat(taken.get())
        .isLessThanOrEqualTo(message.length + 2 * Bounds.MAX_TENSORS * 4 * PICTURES.maxElements());
  }

  static Stream<byte[]> messages() {
    InferInputTensor.Builder pixels =
        InferInputTensor.newBuilder().setName("input").setDatatype("UINT8").addShape(1);
    pixels.addShape(2).addShape(2).addShape(3);
    InferTensorContents.Builder levels = InferTensorContents.newBuilder();
    InferTensorContents.Builder numbers = InferTensorContents.newBuilder();
    for (int i = 0; i < 12; i++) {
      levels.addUintContents(i * 20);
      numbers.addFp32Contents(i / 12f);
    }
    InferInputTensor.Builder file =
        InferInputTensor.newBuilder().setName("input").setDatatype("BYTES").addShape(1);
    return Stream.of(
            request(pixels).addRawInputContents(ByteString.copyFrom(new byte[12])),
            request(pixels.clone().setContents(levels)),
            request(pixels.clone().setDatatype("FP32").setContents(numbers)),
            request(file).addRawInputContents(ByteString.copyFrom(new byte[] {2, 0, 0, 0, 7, 7})),
            request(
                file.clone()
                    .setContents(
                        InferTensorContents.newBuilder()
                            .addBytesContents(ByteString.copyFromUtf8("GIF")))))
        .map(request -> request.build().toByteArray());
  }

  private static ModelInferRequest.Builder request(InferInputTensor.Builder input) {
    return ModelInferRequest.newBuilder()
        .setModelName("m")
        .setId("7")
        .putParameters("timeout", InferParameter.newBuilder().setInt64Param(250).build())
        .addOutputs(
            InferRequestedOutputTensor.newBuilder()
                .setName("logits")
                .putParameters(
                    "classification", InferParameter.newBuilder().setStringParam("3").build()))
        .addInputs(input);
  }
}
