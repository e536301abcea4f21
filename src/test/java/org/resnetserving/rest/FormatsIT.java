package org.resnetserving.rest;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.resnetserving.RunningServer;
import org.resnetserving.RunningServer.Answer;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;

/** A service whose operator takes two formats of pictures and no other. */
@SpringBootTest(
    webEnvironment = WebEnvironment.RANDOM_PORT,
    properties = {
      "management.server.port=0",
      "resnet.models=resnet20-cifar10",
      "resnet.serving.precision=fp32",
      "resnet.image.formats=jpeg, PNG"
    })
final class FormatsIT {
  private final RunningServer server;

  FormatsIT(@LocalServerPort int port) {
    server = new RunningServer(port);
  }

  @BeforeEach
  void waitUntilReady() {
    server.awaitReady();
  }

  @ParameterizedTest
  @ValueSource(strings = {"pictures/cat.jpg", "pillow/b1-37x53.png"})
  void picture_ofAFormatThatIsTaken_isClassified(String file) {
    assertThat(classify(file).status()).isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "pillow/anim-37x53.gif",
        "pillow/anima-37x53.webp",
        "pillow/TbitwBNone-33x70.tif",
        "pillow/b1group3-37x53.tif"
      })
  void picture_ofAnotherFormat_isRefusedWithThoseThatAreTaken(String file) {
    Answer refused = classify(file);
    assertThat(refused.status()).isEqualTo(415);
    assertThat(refused.json().get("type").stringValue()).endsWith(":image-unsupported");
    assertThat(refused.json().get("detail").stringValue())
        .contains("JPEG", "PNG")
        .doesNotContain("BMP");
  }

  /** Its content tells the format, not what the client calls it. */
  @Test
  void picture_thatIsCalledAFormatThatIsTaken_isRefusedAllTheSame() {
    byte[] gif = RunningServer.picture("pillow/anim-37x53.gif");
    assertThat(server.post("/v1/classify", gif, "Content-Type", "image/jpeg").status())
        .isEqualTo(415);
  }

  private Answer classify(String file) {
    return server.post(
        "/v1/classify", RunningServer.picture(file), "Content-Type", "application/octet-stream");
  }
}
