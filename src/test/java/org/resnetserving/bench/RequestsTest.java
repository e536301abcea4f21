package org.resnetserving.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
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

  private static String text(boolean form) {
    ByteBuffer request =
        new Requests(Requests.CLASSIFY, form ? Requests.IMAGE : "", 2.5)
            .of(List.of(PICTURE))
            .get(0);
    return StandardCharsets.US_ASCII.decode(request.duplicate()).toString();
  }
}
