package org.resnetserving.openinference;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.provider.MethodSource;
import org.resnetserving.image.Interpolation;
import org.resnetserving.image.Preset;
import org.resnetserving.models.ModelDescriptor.Preprocessing;
import org.resnetserving.network.Normalization;
import org.resnetserving.problem.ProblemException;

/**
 * Whatever the body, it is read within its bounds or refused with a {@link ProblemException}. To
 * search: {@code JAZZER_FUZZ=1 mvn test -Dtest=RestRequestFuzzTest#...}; without the variable only
 * the seeds and earlier finds run.
 */
class RestRequestFuzzTest {
  private static final PictureTensor PICTURES =
      new PictureTensor(
          new Preprocessing(new Preset(2, 2, Interpolation.BILINEAR), Normalization.IMAGENET), 4);

  @MethodSource("jsons")
  @FuzzTest(maxDuration = "8s")
  void json_ofAnyBytes_isReadOrRefused(byte[] body) {
    read(body, null);
  }

  /** The first byte says how long the JSON is. */
  @MethodSource("binaries")
  @FuzzTest(maxDuration = "8s")
  void binary_ofAnyBytes_isReadOrRefused(byte[] body) {
    if (body.length > 0) {
      read(Arrays.copyOfRange(body, 1, body.length), Integer.toString(body[0] & 0xff));
    }
  }

  private static void read(byte[] body, @Nullable String jsonLength) {
    AtomicLong taken = new AtomicLong();
    Bounds bounds = new Bounds(PICTURES.maxElements(), taken::addAndGet);
    try {
      InferRequest request = RestRequest.read(body, jsonLength, "input", bounds);
      assertThat(request.inputs()).hasSizeLessThanOrEqualTo(Bounds.MAX_TENSORS);
      for (Tensor input : request.inputs()) {
        assertThat(PICTURES.inputs(input, bounds)).hasSizeLessThanOrEqualTo(4);
      }
      request.parameters().whole("timeout", 1000);
    } catch (ProblemException e) {
      // refused
    }
    assertThat(taken.get())
        .isLessThanOrEqualTo(body.length + 2 * Bounds.MAX_TENSORS * 4 * PICTURES.maxElements());
  }

  static Stream<byte[]> jsons() {
    return Stream.of(
            "{'id':'7','parameters':{'timeout':250000},'inputs':[{'name':'input','shape':[1,3,2,2],'datatype':'UINT8',"
                + "'data':[[[[1,2],[3,4]],[[5,6],[7,8]],[[9,10],[11,12]]]]}],'outputs':[{'name':'logits','parameters':{'classification':3}}]}",
            "{'inputs':[{'data':[0,0,0,0,0,0,0,0,0,0,0,0],'datatype':'FP32','name':'input','shape':[1,2,2,3]}]}")
        .map(RestRequestFuzzTest::bytes);
  }

  static Stream<byte[]> binaries() {
    String json =
        "{'inputs':[{'name':'a','shape':[1],'datatype':'BYTES','parameters':{'binary_data_size':6}}]}";
    return Stream.of(bytes((char) json.length() + json + "\2\0\0\0xy"));
  }

  private static byte[] bytes(String text) {
    return text.replace('\'', '"').getBytes(StandardCharsets.ISO_8859_1);
  }
}
