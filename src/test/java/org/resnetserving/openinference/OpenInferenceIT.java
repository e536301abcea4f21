package org.resnetserving.openinference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import java.util.zip.InflaterInputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.resnetserving.RunningServer;
import org.resnetserving.RunningServer.Answer;
import org.resnetserving.ServerTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The Open Inference Protocol over REST, as its clients speak it. */
@ServerTest
final class OpenInferenceIT {
  private static final byte[] ESPRESSO = RunningServer.picture("pictures/espresso.jpg");
  private static final String TINY = "/v2/models/resnet50-tiny-imagenet";
  private static final String CIFAR = "/v2/models/resnet20-cifar10";
  private static final int ESPRESSO_INDEX = 193;
  private static final int PIXELS = 3 * 32 * 32;

  private final RunningServer server;

  OpenInferenceIT(@LocalServerPort int port) {
    server = new RunningServer(port);
  }

  @BeforeEach
  void waitUntilReady() {
    server.awaitReady();
  }

  @Test
  void health_isToldInJson() {
    assertThat(server.get("/v2/health/live").text()).isEqualTo("{\"live\":true}");
    assertThat(server.get("/v2/health/ready").text()).isEqualTo("{\"ready\":true}");
    assertThat(server.get(TINY + "/versions/1/ready").json().get("ready").booleanValue()).isTrue();
    assertThat(server.get("/v2").json().get("extensions").toString())
        .contains("binary_tensor_data");
    assertThat(server.get("/v2/models").json().get("models").get(0).stringValue())
        .isEqualTo("resnet50-tiny-imagenet");
  }

  @Test
  void metadata_haveOneInputAndOneOutput() {
    JsonNode metadata = server.get(TINY).json();
    assertThat(metadata.get("inputs").toString())
        .isEqualTo("[{\"name\":\"input\",\"datatype\":\"FP32\",\"shape\":[-1,3,64,64]}]");
    assertThat(metadata.get("outputs").toString())
        .isEqualTo("[{\"name\":\"logits\",\"datatype\":\"FP32\",\"shape\":[-1,200]}]");
    JsonNode config = server.get(TINY + "/config").json();
    assertThat(config.get("max_batch_size").intValue()).isEqualTo(32);
    assertThat(config.get("input").toString())
        .isEqualTo(
            "[{\"name\":\"input\",\"data_type\":\"TYPE_FP32\",\"format\":\"FORMAT_NCHW\",\"dims\":[3,64,64]}]");
    assertThat(config.at("/parameters/channels/string_value").stringValue()).isEqualTo("RGB");
  }

  @Test
  void picture_asTheBody_isAnsweredInBinary() {
    Answer answer = server.post(TINY + "/infer", ESPRESSO, RestRequest.JSON_LENGTH, "0");
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.header("Content-Type")).isEqualTo("application/octet-stream");
    int json = Integer.parseInt(answer.header(RestRequest.JSON_LENGTH));
    float[] logits = floats(answer.response().body(), json);
    assertThat(logits).hasSize(200);
    assertThat(largest(logits)).isEqualTo(ESPRESSO_INDEX);
  }

  @Test
  void probabilities_areThoseOfClassify() {
    byte[] body = binary("'outputs':[{'name':'probabilities'},{'name':'embedding'}],", ESPRESSO);
    JsonNode outputs = infer(TINY, body).json().get("outputs");
    double classified =
        server
            .form("/v1/classify", "image", ESPRESSO)
            .json()
            .at("/predictions/0/probability")
            .doubleValue();
    assertThat(outputs.get(0).get("data").get(ESPRESSO_INDEX).doubleValue())
        .isCloseTo(classified, within(1e-4));
    assertThat(outputs.get(1).get("name").stringValue()).isEqualTo("embedding");
    assertThat(outputs.get(1).get("shape").toString()).isEqualTo("[1,2048]");
  }

  @Test
  void classification_isValueIndexLabel() {
    byte[] body =
        binary(
            "'id':'7','outputs':[{'name':'probabilities','parameters':{'classification':2}}],",
            ESPRESSO,
            ESPRESSO);
    JsonNode answer = infer(TINY, body).json();
    assertThat(answer.get("id").stringValue()).isEqualTo("7");
    JsonNode output = answer.get("outputs").get(0);
    assertThat(output.get("datatype").stringValue()).isEqualTo("BYTES");
    assertThat(output.get("shape").toString()).isEqualTo("[2,2]");
    assertThat(output.get("data").get(0).stringValue()).matches("0\\.97[0-9]{4}:193:espresso");
    assertThat(output.get("data").get(2)).isEqualTo(output.get("data").get(0));
  }

  @Test
  void pixels_inAllForms_giveTheSameLogits() {
    byte[] pixels = new byte[PIXELS];
    for (int i = 0; i < PIXELS; i++) {
      pixels[i] = (byte) (i * 7);
    }
    JsonNode config = server.get(CIFAR + "/config").json().get("parameters");
    float[] mean = numbers(config.at("/mean/string_value").stringValue());
    float[] std = numbers(config.at("/std/string_value").stringValue());
    StringBuilder planes = new StringBuilder();
    for (int channel = 0; channel < 3; channel++) {
      for (int place = 0; place < 1024; place++) {
        planes.append(planes.isEmpty() ? "" : ",");
        planes.append(((pixels[place * 3 + channel] & 0xff) / 255f - mean[channel]) / std[channel]);
      }
    }
    JsonNode raw =
        infer(CIFAR, input("'UINT8','shape':[1,32,32,3]", pixels)).json().get("outputs").get(0);
    JsonNode normalised =
        server
            .post(
                CIFAR + "/infer",
                bytes(
                    "{'inputs':[{'name':'input','datatype':'FP32','shape':[1,3,32,32],'data':["
                        + planes
                        + "]}]}"))
            .json()
            .get("outputs")
            .get(0);
    assertThat(raw.get("shape").toString()).isEqualTo("[1,10]");
    assertThat(normalised).isEqualTo(raw);
  }

  @Test
  void bodies_compressed_areReadAndAnsweredAlike() throws IOException {
    byte[] plain = binary("", ESPRESSO);
    ByteArrayOutputStream zipped = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(zipped)) {
      out.write(Arrays.copyOfRange(plain, 4, plain.length));
    }
    String expected = infer(TINY, plain).text();
    String length = Integer.toString(ByteBuffer.wrap(plain).getInt());
    Answer gzip =
        server.post(
            TINY + "/infer",
            zipped.toByteArray(),
            RestRequest.JSON_LENGTH,
            length,
            "Content-Encoding",
            "gzip",
            "Accept-Encoding",
            "br;q=1.0, gzip;q=0.8");
    assertThat(gzip.header("Content-Encoding")).isEqualTo("gzip");
    assertThat(new GZIPInputStream(new ByteArrayInputStream(gzip.response().body())).readAllBytes())
        .asString(StandardCharsets.UTF_8)
        .isEqualTo(expected);
    Answer deflate =
        server.post(
            TINY + "/infer",
            Arrays.copyOfRange(plain, 4, plain.length),
            RestRequest.JSON_LENGTH,
            length,
            "Accept-Encoding",
            "gzip;q=0, deflate");
    assertThat(deflate.header("Content-Encoding")).isEqualTo("deflate");
    assertThat(
            new InflaterInputStream(new ByteArrayInputStream(deflate.response().body()))
                .readAllBytes())
        .asString(StandardCharsets.UTF_8)
        .isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          /v2/models/nobody/infer                       | 404 | There is no model
          /v2/models/resnet20-cifar10/versions/2/infer  | 404 | no version
          /v2/models/resnet20-cifar10/unload            | 404 | nothing at this path
          /v2/models/resnet20-cifar10/infer             | 400 | 0 inputs
          """)
  void request_thatIsWrong_isToldInTheProtocolsWords(String path, int status, String said) {
    assertError(server.post(path, bytes("{}")), status, said);
  }

  @Test
  void input_thatIsWrong_isToldWhatTheModelReads() {
    assertError(infer(TINY, input("'UINT8','shape':[1,3]", new byte[3])), 400, "[n,3,64,64]");
    assertError(infer(CIFAR, input("'FP32','shape':[1,3,32,32]", new byte[5])), 400, "but 5 bytes");
    assertError(
        infer(TINY, binary("'outputs':[{'name':'OUTPUT0'}],", ESPRESSO)),
        400,
        "logits, probabilities and embedding");
    assertError(infer(TINY, binary("", new byte[] {1, 2})), 400, "Pictures in JPEG");
    assertError(infer(TINY, binary("", ESPRESSO, new byte[] {1, 2})), 400, "Picture 1 of 2");
    assertError(infer(TINY, binary("'parameters':{'timeout':1},", ESPRESSO)), 503, "deadline");
    assertError(
        server.post(TINY + "/infer", ESPRESSO, RestRequest.JSON_LENGTH, "999999999"),
        400,
        "length");
    assertError(server.post(TINY + "/infer", ESPRESSO, "Content-Encoding", "br"), 400, "gzip");
  }

  @Test
  void statistics_countPictures() {
    long before = pictures();
    infer(CIFAR, binary("", ESPRESSO, ESPRESSO));
    assertThat(pictures()).isEqualTo(before + 2);
    assertThat(server.get("/v2/models/stats").json().get("model_stats").size()).isEqualTo(2);
  }

  private long pictures() {
    return server.get(CIFAR + "/stats").json().at("/model_stats/0/inference_count").longValue();
  }

  private static void assertError(Answer answer, int status, String said) {
    assertThat(answer.status()).as(answer.text()).isEqualTo(status);
    assertThat(answer.header("Content-Type")).isEqualTo("application/json");
    assertThat(answer.json().propertyNames()).containsExactly("error");
    assertThat(answer.json().get("error").stringValue()).contains(said);
  }

  /** Sends what {@link #binary} makes. */
  private Answer infer(String model, byte[] body) {
    return server.post(
        model + "/infer",
        Arrays.copyOfRange(body, 4, body.length),
        RestRequest.JSON_LENGTH,
        Integer.toString(ByteBuffer.wrap(body).getInt()));
  }

  /** Pictures as BYTES; before the body, four bytes say how long its JSON is. */
  private static byte[] binary(String members, byte[]... pictures) {
    int size = Arrays.stream(pictures).mapToInt(picture -> picture.length + 4).sum();
    ByteBuffer packed = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    for (byte[] picture : pictures) {
      packed.putInt(picture.length).put(picture);
    }
    return body(members, "'BYTES','shape':[%d,1]".formatted(pictures.length), packed.array());
  }

  private static byte[] input(String type, byte[] packed) {
    return body("", type, packed);
  }

  private static byte[] body(String members, String type, byte[] packed) {
    byte[] json =
        bytes(
            "{"
                + members
                + "'inputs':[{'name':'input','datatype':"
                + type
                + ",'parameters':{'binary_data_size':"
                + packed.length
                + "}}]}");
    return ByteBuffer.allocate(4 + json.length + packed.length)
        .putInt(json.length)
        .put(json)
        .put(packed)
        .array();
  }

  private static byte[] bytes(String json) {
    return json.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
  }

  private static float[] floats(byte[] body, int from) {
    ByteBuffer data = ByteBuffer.wrap(body, from, body.length - from);
    float[] floats = new float[data.remaining() / 4];
    data.order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(floats);
    return floats;
  }

  private static int largest(float[] values) {
    int largest = 0;
    for (int i = 0; i < values.length; i++) {
      largest = values[i] > values[largest] ? i : largest;
    }
    return largest;
  }

  private static float[] numbers(String array) {
    JsonNode numbers = new JsonMapper().readTree(array);
    float[] floats = new float[numbers.size()];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = numbers.get(i).floatValue();
    }
    return floats;
  }
}
