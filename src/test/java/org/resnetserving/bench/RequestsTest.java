package org.resnetserving.bench;

import static org.assertj.core.api.Assertions.assertThat;

import inference.ModelInferRequest;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

final class RequestsTest {
  private static final byte[] PICTURE = "picture".getBytes(StandardCharsets.US_ASCII);

  @Test
  void classify_bare_hasThePictureAsItsBody() {
    assertThat(text(false))
        .startsWith("POST /v1/classify HTTP/1.1\r\n")
        .contains(
            "Content-Type: image/jpeg\r\n", "Content-Length: 7\r\n", "Request-Timeout: 2.5\r\n")
        .endsWith("\r\n\r\npicture");
  }

  @Test
  void classify_form_announcesItsLength() {
    String text = text(true);
    String body = text.substring(text.indexOf("\r\n\r\n") + 4);
    assertThat(text).contains("Content-Length: " + body.length() + "\r\n");
    assertThat(body).contains("name=\"image\"", "\r\n\r\npicture\r\n--").endsWith("--\r\n");
  }

  @Test
  void of_options_goesToThePathOfAPeer_elseToTheServices() {
    assertThat(Requests.of(options("http://localhost:8000/predict?k=5", true)))
        .isEqualTo(new Requests("/predict?k=5", "request", 10, ""));
    assertThat(Requests.of(options("http://localhost:8000/predict", false)))
        .isEqualTo(new Requests("/predict", "", 10, ""));
    assertThat(Requests.of(options("http://localhost:8000/", false)))
        .isEqualTo(new Requests("/v1/classify", "", 10, ""));
  }

  @Test
  void of_options_withGrpc_isTheProtocolsMessage() throws Exception {
    Requests requests = Requests.of(options("grpc://localhost:9000", false));
    ModelInferRequest message = ModelInferRequest.parseFrom(requests.of(List.of(PICTURE)).get(0));
    assertThat(message.getModelName()).isEqualTo("model");
    assertThat(message.getInputs(0).getDatatype()).isEqualTo("BYTES");
    assertThat(message.getRawInputContents(0).toStringUtf8()).isEqualTo("\7\0\0\0picture");
  }

  @Test
  void of_options_withThePathOfTheOpenInferenceProtocol_saysThatTheBodyIsThePicture() {
    ByteBuffer request =
        Requests.of(options("http://localhost:8080/v2/models/m/infer", false))
            .of(List.of(PICTURE))
            .get(0);
    assertThat(StandardCharsets.US_ASCII.decode(request.duplicate()).toString())
        .startsWith("POST /v2/models/m/infer HTTP/1.1\r\n")
        .contains("\r\nInference-Header-Content-Length: 0\r\n");
  }

  private static BenchOptions options(String url, boolean form) {
    return new BenchOptions(
        224,
        1,
        true,
        null,
        URI.create(url),
        0,
        "model",
        Path.of("models"),
        List.of("fp32"),
        0,
        null,
        List.of(),
        0,
        form,
        "request",
        2,
        10,
        Path.of("native"),
        List.of(),
        List.of());
  }

  private static String text(boolean form) {
    ByteBuffer request =
        new Requests(Requests.CLASSIFY, form ? Requests.IMAGE : "", 2.5, "")
            .of(List.of(PICTURE))
            .get(0);
    return StandardCharsets.US_ASCII.decode(request.duplicate()).toString();
  }
}
