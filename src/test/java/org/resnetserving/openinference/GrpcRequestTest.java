package org.resnetserving.openinference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.UnknownFieldSet;
import inference.InferParameter;
import inference.InferTensorContents;
import inference.ModelInferRequest;
import inference.ModelInferRequest.InferInputTensor;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.resnetserving.problem.ProblemException;

final class GrpcRequestTest {
  private static final Bounds BOUNDS = new Bounds(64, bytes -> {});

  @Test
  void parameters_ofAllTypes_areRead() {
    Parameters parameters =
        read(input("UINT8", 1)
                .putParameters("b", InferParameter.newBuilder().setBoolParam(true).build())
                .putParameters("i", InferParameter.newBuilder().setInt64Param(-1).build())
                .putParameters("s", InferParameter.newBuilder().setStringParam("x").build())
                .putParameters("d", InferParameter.newBuilder().setDoubleParam(.5).build())
                .putParameters("u", InferParameter.newBuilder().setUint64Param(-1).build())
                .putParameters("none", InferParameter.getDefaultInstance())
                .addRawInputContents(bytes(1)))
            .parameters();
    assertThat(parameters.values())
        .containsEntry("b", true)
        .containsEntry("i", -1L)
        .containsEntry("s", "x")
        .containsEntry("d", .5)
        .containsEntry("u", "18446744073709551615")
        .doesNotContainKey("none");
  }

  @Test
  void fieldsThatAreNotKnown_arePassedOver() throws IOException {
    ByteArrayOutputStream message = new ByteArrayOutputStream();
    CodedOutputStream out = CodedOutputStream.newInstance(message);
    out.writeInt64(1, 7); // the model's name, but as a number
    out.writeFixed64(99, 7);
    out.writeString(98, "new");
    out.flush();
    UnknownFieldSet.newBuilder()
        .addField(
            97,
            UnknownFieldSet.Field.newBuilder()
                .addGroup(UnknownFieldSet.getDefaultInstance())
                .build())
        .build()
        .writeTo(message);
    input("UINT8", 2).addRawInputContents(bytes(2)).build().writeTo(message);
    assertThat(GrpcRequest.asked(ByteBuffer.wrap(message.toByteArray())).model()).isEqualTo("m");
    assertThat(
            GrpcRequest.read(ByteBuffer.wrap(message.toByteArray()), BOUNDS).inputs().get(0).data())
        .containsExactly(ByteBuffer.wrap(new byte[2]));
  }

  @Test
  void rawContents_thatAreNoneOfTheInputs_areRefused() {
    refuses(input("UINT8", 1), "1 inputs without contents of their own, but 0 raw_input_contents");
    refuses(
        input("UINT8", 1).addRawInputContents(bytes(1)).addRawInputContents(bytes(1)),
        "2 raw_input_contents");
    refuses(input("UINT8", 2).addRawInputContents(bytes(1)), "1 bytes were sent");
    refuses(input("BYTES", 1).addRawInputContents(bytes(3)), "ends within the length");
    refuses(
        input("BYTES", 1)
            .addRawInputContents(ByteString.copyFrom(new byte[] {-1, -1, -1, -1, 0, 0})),
        "4,294,967,295 bytes, but 2 are left");
  }

  @Test
  void shapes_beyondTheBounds_areRefused() {
    refuses(input("UINT8", 65).addRawInputContents(bytes(65)), "64 elements in all");
    refuses(input("UINT8", -1).addRawInputContents(bytes(1)), "sizes are 1 or more");
    refuses(input("UINT8").addRawInputContents(bytes(1)), "0 dimensions");
    refuses(input("UINT8", 1, 1, 1, 1, 1, 1, 1, 1, 1).addRawInputContents(bytes(1)), "'shape'");
    refuses(input("FP16", 1).addRawInputContents(bytes(2)), "datatype 'FP16'");
  }

  @Test
  void contents_ofAnotherTypeOrCount_areRefused() {
    refuses(contents("UINT8", 1, InferTensorContents.newBuilder().addFp32Contents(1)), "uint_cont");
    refuses(contents("FP32", 1, InferTensorContents.newBuilder().addIntContents(1)), "fp32_cont");
    refuses(contents("BYTES", 1, InferTensorContents.newBuilder().addUintContents(1)), "bytes_c");
    refuses(contents("UINT8", 1, InferTensorContents.newBuilder().addUintContents(256)), "256");
    refuses(
        contents(
            "UINT8", 1, InferTensorContents.newBuilder().addUintContents(1).addUintContents(2)),
        "more data");
    refuses(contents("UINT8", 2, InferTensorContents.newBuilder().addUintContents(1)), "1 were");
    refuses(contents("BYTES", 1, InferTensorContents.newBuilder()), "0 were");
  }

  @Test
  void memory_forNumbers_isClaimedAsTheShapeSays_beforeTheyAreRead() {
    AtomicLong claimed = new AtomicLong();
    ModelInferRequest.Builder request =
        contents("FP32", 3, InferTensorContents.newBuilder().addFp32Contents(1));
    assertThatThrownBy(
            () ->
                GrpcRequest.read(
                    ByteBuffer.wrap(request.build().toByteArray()),
                    new Bounds(64, claimed::addAndGet)))
        .isInstanceOf(ProblemException.class);
    assertThat(claimed).hasValue(12);
  }

  @Test
  void moreThanThereMayBe_isRefused() {
    ModelInferRequest.Builder inputs = ModelInferRequest.newBuilder();
    ModelInferRequest.Builder outputs = ModelInferRequest.newBuilder();
    ModelInferRequest.Builder raw = ModelInferRequest.newBuilder();
    ModelInferRequest.Builder parameters = ModelInferRequest.newBuilder();
    for (int i = 0; i <= Bounds.MAX_TENSORS; i++) {
      inputs.addInputs(InferInputTensor.getDefaultInstance());
      outputs.addOutputsBuilder();
      raw.addRawInputContents(ByteString.EMPTY);
    }
    for (int i = 0; i <= Bounds.MAX_PARAMETERS; i++) {
      parameters.putParameters("p" + i, InferParameter.newBuilder().setBoolParam(true).build());
    }
    refuses(inputs, "'inputs' may have 16");
    refuses(outputs, "'outputs' may have 16");
    refuses(raw, "'raw_input_contents' may have 16");
    refuses(parameters, "'parameters' may have 32");
    refuses(ModelInferRequest.newBuilder().setId("x".repeat(Bounds.MAX_TEXT + 1)), "'id' may have");
  }

  @Test
  void message_cutOffAnywhere_isRefused() {
    byte[] whole =
        input("BYTES", 1)
            .addRawInputContents(ByteString.copyFrom(new byte[] {1, 0, 0, 0, 7}))
            .build()
            .toByteArray();
    for (int length = 0; length < whole.length; length++) {
      byte[] part = Arrays.copyOf(whole, length);
      if (length == 0 || !isWhole(part)) {
        assertThatThrownBy(() -> GrpcRequest.read(ByteBuffer.wrap(part), BOUNDS).inputs().get(0))
            .as("%d bytes", length)
            .isInstanceOfAny(ProblemException.class, IndexOutOfBoundsException.class);
      }
    }
  }

  /** Whether it ends with a field; then it has fewer of them. */
  private static boolean isWhole(byte[] part) {
    try {
      ModelInferRequest.parseFrom(part);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  private static ModelInferRequest.Builder input(String datatype, long... shape) {
    InferInputTensor.Builder input =
        InferInputTensor.newBuilder().setName("input").setDatatype(datatype);
    for (long size : shape) {
      input.addShape(size);
    }
    return ModelInferRequest.newBuilder().setModelName("m").addInputs(input);
  }

  private static ModelInferRequest.Builder contents(
      String datatype, long size, InferTensorContents.Builder contents) {
    ModelInferRequest.Builder request = input(datatype, size);
    request.getInputsBuilder(0).setContents(contents);
    return request;
  }

  private static ByteString bytes(int count) {
    return ByteString.copyFrom(new byte[count]);
  }

  private static InferRequest read(ModelInferRequest.Builder request) {
    return GrpcRequest.read(ByteBuffer.wrap(request.build().toByteArray()), BOUNDS);
  }

  private static void refuses(ModelInferRequest.Builder request, String why) {
    assertThatThrownBy(() -> read(request))
        .isInstanceOf(ProblemException.class)
        .hasMessageContaining(why);
  }
}
