package org.resnetserving.openinference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.resnetserving.problem.ProblemException;
import org.resnetserving.problem.ProblemType;

/** Requests as clients send them, and as they should not. */
final class RestRequestTest {
  private static final int MOST_ELEMENTS = 12;

  private final AtomicLong taken = new AtomicLong();
  private final Bounds bounds = new Bounds(MOST_ELEMENTS, taken::addAndGet);

  @Test
  void json_inTheOrderOfPython_isRead() {
    InferRequest request =
        json(
            "{'id':'7','parameters':{'timeout':250000,'binary_data_output':true},'inputs':[{'name':'input','shape':[1,2,2],"
                + "'datatype':'FP32','data':[[[1.5,-2],[3e1,4]]]}],'outputs':[{'name':'logits','parameters':{'classification':3}}]}");
    assertThat(request.id()).isEqualTo("7");
    assertThat(request.parameters().whole("timeout", 1_000_000)).hasValue(250_000);
    assertThat(request.parameters().flag("binary_data_output", false)).isTrue();
    assertThat(request.outputs().get(0).name()).isEqualTo("logits");
    assertThat(request.outputs().get(0).parameters().whole("classification", 10)).hasValue(3);
    assertIsTheTensor(request);
  }

  @Test
  void json_inTheOrderOfTheAlphabet_isReadAlike() {
    assertIsTheTensor(
        json(
            "{'inputs':[{'data':[1.5,-2,30,4],'datatype':'FP32','name':'input','shape':[1,2,2]}],'model':{'a':[1]}}"));
  }

  private void assertIsTheTensor(InferRequest request) {
    Tensor tensor = request.inputs().get(0);
    assertThat(tensor.shape()).isEqualTo(Shape.of(1, 2, 2));
    ByteBuffer data = tensor.data().get(0);
    assertThat(data.remaining()).isEqualTo(16);
    assertThat(data.getFloat(0)).isEqualTo(1.5f);
    assertThat(data.getFloat(4)).isEqualTo(-2f);
    assertThat(data.getFloat(12)).isEqualTo(4f);
    assertThat(taken).hasValue(16);
  }

  @Test
  void binary_ofTwoInputs_isDividedInTheirOrder() {
    InferRequest request =
        binary(
            "{'inputs':[{'name':'a','shape':[2],'datatype':'UINT8','parameters':{'binary_data_size':2}},"
                + "{'name':'b','shape':[2,1],'datatype':'BYTES','parameters':{'binary_data_size':11}}]}",
            1,
            2,
            3,
            0,
            0,
            0,
            7,
            8,
            9,
            0,
            0,
            0,
            0);
    assertThat(request.inputs().get(0).data().get(0).get(1)).isEqualTo((byte) 2);
    Tensor bytes = request.inputs().get(1);
    assertThat(bytes.data()).hasSize(2);
    assertThat(bytes.data().get(0).remaining()).isEqualTo(3);
    assertThat(bytes.data().get(0).get(2)).isEqualTo((byte) 9);
    assertThat(bytes.data().get(1).remaining()).isZero();
    assertThat(taken).hasValue(0);
  }

  @Test
  void binary_ofTheOnlyInput_needNotSayItsSize() {
    InferRequest request = binary("{'inputs':[{'name':'a','shape':[2],'datatype':'UINT8'}]}", 1, 2);
    assertThat(request.inputs().get(0).data().get(0).remaining()).isEqualTo(2);
  }

  @Test
  void body_withoutJson_isTheOneInput() {
    InferRequest request = RestRequest.read(new byte[] {1, 2, 3}, "0", "input", bounds);
    Tensor tensor = request.inputs().get(0);
    assertThat(tensor.name()).isEqualTo("input");
    assertThat(tensor.datatype()).isEqualTo(Datatype.BYTES);
    assertThat(tensor.shape()).isEqualTo(Shape.of(1));
    assertThat(tensor.data().get(0).remaining()).isEqualTo(3);
    assertThat(request.parameters().flag("binary_data_output", false)).isTrue();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      textBlock =
          """
          [1]                                                                                            | must be a JSON object
          {'inputs':                                                                                     | cannot be read
          {} {}                                                                                          | follows the end
          {'inputs':7}                                                                                   | must be a JSON array
          {'inputs':[7]}                                                                                 | An input must be
          {'inputs':[{'name':7}]}                                                                        | 'name' must be a JSON string
          {'inputs':[{'name':'i','datatype':'FP32','shape':[4]}]}                                        | neither 'data' nor
          {'inputs':[{'name':'i','datatype':'FP32','data':[1]}]}                                         | has no shape
          {'inputs':[{'name':'i','datatype':'INT64','shape':[1],'data':[1]}]}                            | FP32, UINT8 and BYTES
          {'inputs':[{'name':'i','datatype':'BYTES','shape':[1],'data':['x']}]}                          | curl --data-binary
          {'inputs':[{'name':'i','datatype':'FP32','shape':[2],'data':[1]}]}                             | 2 elements, but its data are 1
          {'inputs':[{'name':'i','datatype':'FP32','shape':[2],'data':[1,2,3]}]}                         | but more data
          {'inputs':[{'name':'i','datatype':'FP32','shape':[2],'data':[1,true]}]}                        | must have numbers
          {'inputs':[{'name':'i','datatype':'FP32','shape':[2],'data':7}]}                               | an array
          {'inputs':[{'name':'i','datatype':'FP32','shape':[1],'data':[1],'data':[1]}]}                  | data twice
          {'inputs':[{'name':'i','datatype':'UINT8','shape':[1],'data':[256]}]}                          | holds 256
          {'inputs':[{'name':'i','datatype':'UINT8','shape':[1],'data':[1.5]}]}                          | holds 1.5
          {'inputs':[{'name':'i','datatype':'FP32','shape':[13],'data':[]}]}                             | 12 elements in all
          {'inputs':[{'name':'i','datatype':'FP32','shape':[4294967296,4294967296],'data':[]}]}          | 12 elements in all
          {'inputs':[{'name':'i','datatype':'FP32','shape':[0],'data':[]}]}                              | sizes are 1 or more
          {'inputs':[{'name':'i','datatype':'FP32','shape':[-1],'data':[]}]}                             | sizes are 1 or more
          {'inputs':[{'name':'i','datatype':'FP32','shape':[],'data':[]}]}                               | 1 to 8
          {'inputs':[{'name':'i','datatype':'FP32','shape':[1,1,1,1,1,1,1,1,1],'data':[]}]}              | may have 8 elements
          {'inputs':[{'name':'i','datatype':'FP32','shape':[1.5],'data':[]}]}                            | whole numbers
          {'inputs':[{'name':'i','datatype':'FP32','shape':[99999999999999999999],'data':[]}]}           | cannot be read
          {'outputs':[{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{}]}                               | may have 16 elements
          {'parameters':{'a':[1]}}                                                                       | a string, a number or a boolean
          """)
  void json_thatIsWrong_isRefusedInWords(String json, String said) {
    assertRefused(() -> json(json), said);
    assertThat(taken.get()).isLessThanOrEqualTo(MOST_ELEMENTS * 4L);
  }

  @Test
  void json_nestedDeeply_isRefused() {
    assertRefused(() -> json("[".repeat(5000)), "must be a JSON object");
    assertRefused(() -> json("{'x':" + "[".repeat(5000)), "cannot be read");
  }

  @Test
  void parameters_thatAreMany_areRefused() {
    StringBuilder json = new StringBuilder("{'parameters':{'p':1");
    for (int i = 0; i < Bounds.MAX_PARAMETERS; i++) {
      json.append(",'p").append(i).append("':1");
    }
    assertRefused(() -> json(json + "}}"), "may have 32 members");
  }

  @ParameterizedTest
  @CsvSource({"-1", "4", "x", "99999999999999999999", "0x1", "''"})
  void header_thatIsNoLengthOfTheBody_isRefused(String header) {
    assertRefused(() -> RestRequest.read(new byte[3], header, "input", bounds), "0 to 3");
  }

  @Test
  void header_ofAnEmptyPicture_isRefused() {
    assertRefused(() -> RestRequest.read(new byte[0], "0", "input", bounds), "is empty");
  }

  @Test
  void header_ofMuchJsonBeforeTensors_isRefused() {
    byte[] body = new byte[Bounds.MAX_HEADER + 2];
    assertRefused(
        () -> RestRequest.read(body, Integer.toString(Bounds.MAX_HEADER + 1), "input", bounds),
        "1,048,576");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      textBlock =
          """
          'UINT8','shape':[2],'parameters':{'binary_data_size':2}  | 1       | has 2 bytes, but 1 are left
          'UINT8','shape':[2],'parameters':{'binary_data_size':1}  | 1 2     | 2 bytes, but 1 bytes were sent
          'UINT8','shape':[2],'parameters':{'binary_data_size':2}  | 1 2 3   | 1 bytes follow the last input
          'UINT8','shape':[2],'parameters':{'binary_data_size':-2} | 1 2     | binary_data_size
          'UINT8','shape':[2],'parameters':{'binary_data_size':'x'} | 1 2    | binary_data_size
          'UINT8','shape':[2],'parameters':{'binary_data_size':99999999999} | 1 2 | binary_data_size
          'FP32','shape':[2]                                       | 1 2 3   | 8 bytes, but 3 bytes were sent
          'FP32','shape':[13]                                      | 1 2 3   | 12 elements in all
          'FP32','shape':[1],'data':[1],'parameters':{'binary_data_size':1} | 1 | has both
          'BYTES','shape':[1]                                      | 1 0 0   | within the length
          'BYTES','shape':[1]                                      | 2 0 0 0 1 | 2 bytes, but 1 are left
          'BYTES','shape':[1]                                      | 255 255 255 255 1 | 4,294,967,295 bytes
          'BYTES','shape':[2]                                      | 1 0 0 0 1 | 1 were sent
          'BYTES','shape':[1]                                      | 0 0 0 0 1 | 1 bytes follow
          """)
  void binary_thatLies_isRefusedInWords(String input, String bytes, String said) {
    int[] data = Arrays.stream(bytes.strip().split(" ")).mapToInt(Integer::parseInt).toArray();
    assertRefused(() -> binary("{'inputs':[{'name':'i','datatype':" + input + "}]}", data), said);
  }

  private InferRequest json(String json) {
    return RestRequest.read(bytes(json), null, "input", bounds);
  }

  private InferRequest binary(String json, int... data) {
    byte[] header = bytes(json);
    ByteBuffer body =
        ByteBuffer.allocate(header.length + data.length).order(ByteOrder.LITTLE_ENDIAN).put(header);
    for (int value : data) {
      body.put((byte) value);
    }
    return RestRequest.read(body.array(), Integer.toString(header.length), "input", bounds);
  }

  private static byte[] bytes(String json) {
    return json.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
  }

  private static void assertRefused(Runnable read, @Nullable String said) {
    assertThatThrownBy(read::run)
        .isInstanceOfSatisfying(
            ProblemException.class,
            e ->
                assertThat(e.type())
                    .isIn(
                        ProblemType.JSON_MALFORMED,
                        ProblemType.TENSOR_INVALID,
                        ProblemType.PARAMETER_INVALID))
        .hasMessageContaining(said);
  }
}
