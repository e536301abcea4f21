package org.resnetserving.openinference;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.resnetserving.openinference.InferRequest.RequestedOutput;

/** Answers, in JSON and in binary. */
final class RestResponseTest {
  private static final InferResponse ANSWER =
      new InferResponse(
          "m",
          "1",
          "7",
          List.of(
              Tensor.of("logits", Shape.of(1, 2), new float[] {1.5f, -2}),
              new Tensor(
                  "words",
                  Datatype.BYTES,
                  Shape.of(1, 1),
                  List.of(ByteBuffer.wrap("é".getBytes(StandardCharsets.UTF_8))))));

  @Test
  void answer_inJson_holdsItsNumbersAndText() {
    RestResponse written = RestResponse.of(ANSWER, request(Parameters.NONE));
    assertThat(written.isBinary()).isFalse();
    assertThat(new String(written.bytes(), StandardCharsets.UTF_8))
        .isEqualTo(
            """
            {"model_name":"m","model_version":"1","id":"7","outputs":[\
            {"name":"logits","datatype":"FP32","shape":[1,2],"data":[1.5,-2.0]},\
            {"name":"words","datatype":"BYTES","shape":[1,1],"data":["é"]}]}""");
  }

  @Test
  void answer_inBinary_followsItsJsonInOrder() {
    RestResponse written =
        RestResponse.of(ANSWER, request(parameter(Parameters.BINARY_DATA_OUTPUT, true)));
    assertThat(json(written)).contains("\"binary_data_size\":8").contains("\"binary_data_size\":6");
    assertThat(json(written)).doesNotContain("\"data\"").endsWith("}");
    ByteBuffer tensors =
        ByteBuffer.wrap(written.bytes(), written.jsonLength(), 14).order(ByteOrder.LITTLE_ENDIAN);
    assertThat(written.bytes()).hasSize(written.jsonLength() + 14);
    assertThat(tensors.getFloat()).isEqualTo(1.5f);
    assertThat(tensors.getFloat()).isEqualTo(-2f);
    assertThat(tensors.getInt()).isEqualTo(2);
  }

  @Test
  void output_saysForItself_whetherItIsBinary() {
    RestResponse written =
        RestResponse.of(
            ANSWER,
            request(
                parameter(Parameters.BINARY_DATA_OUTPUT, true),
                new RequestedOutput("logits", parameter(Parameters.BINARY_DATA, false)),
                new RequestedOutput("words", Parameters.NONE)));
    assertThat(json(written)).contains("\"data\":[1.5,-2.0]").contains("\"binary_data_size\":6");
    assertThat(written.bytes()).hasSize(written.jsonLength() + 6);
  }

  private static String json(RestResponse written) {
    return new String(written.bytes(), 0, written.jsonLength(), StandardCharsets.UTF_8);
  }

  private static Parameters parameter(String name, boolean value) {
    return new Parameters(Map.of(name, value));
  }

  private static InferRequest request(Parameters parameters, RequestedOutput... outputs) {
    return new InferRequest("7", parameters, List.of(), List.of(outputs));
  }
}
