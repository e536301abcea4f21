package org.resnetserving.rest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.resnetserving.RunningServer;
import org.resnetserving.RunningServer.Answer;
import org.resnetserving.ServerTest;
import org.resnetserving.serving.Workshop;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import tools.jackson.databind.JsonNode;

/** Class activation maps over HTTP, of the bundled models. */
@ServerTest
final class ExplainIT {
  private static final byte[] ESPRESSO = RunningServer.picture("pictures/espresso.jpg");
  private static final String[] PNG = {"Accept", "image/png"};

  private final RunningServer server;
  private final Workshop workshop;

  ExplainIT(@LocalServerPort int port, @Autowired Workshop workshop) {
    this.server = new RunningServer(port);
    this.workshop = workshop;
  }

  @BeforeEach
  void waitUntilReady() {
    server.awaitReady();
  }

  @ParameterizedTest
  @CsvSource({"resnet50-tiny-imagenet, 200", "resnet20-cifar10, 10"})
  void maps_ofAllClasses_giveTheProbabilitiesBack(String model, int classes) {
    String path = "/v1/models/" + model;
    JsonNode predictions =
        server.form(path + "/classify?top_k=all", "image", ESPRESSO).json().get("predictions");
    assertThat(predictions.size()).isEqualTo(classes);
    // The ratio of two probabilities is the exponential of the difference of their logits.
    double[] logits = new double[3];
    double[] probabilities = new double[3];
    for (int i = 0; i < logits.length; i++) {
      JsonNode prediction = predictions.get(i);
      JsonNode json =
          server
              .form(
                  path + "/explain?class=" + prediction.get("index").intValue(), "image", ESPRESSO)
              .json();
      assertThat(json.get("class").get("label")).isEqualTo(prediction.get("label"));
      probabilities[i] = prediction.get("probability").doubleValue();
      assertThat(json.at("/class/probability").doubleValue())
          .isCloseTo(probabilities[i], within(1e-6));
      logits[i] = mean(json.get("grid")) + json.at("/grid/bias").doubleValue();
    }
    for (int i = 1; i < logits.length; i++) {
      assertThat(logits[0] - logits[i])
          .isCloseTo(Math.log(probabilities[0] / probabilities[i]), within(1e-3));
    }
  }

  @Test
  void grid_liesWhereTheCropWasCut() {
    JsonNode json = server.form("/v1/explain", "image", ESPRESSO).json();
    assertThat(json.at("/class/label").stringValue()).isEqualTo("espresso");
    assertThat(json.at("/class/wnid").stringValue()).isEqualTo("n07920052");
    JsonNode grid = json.get("grid");
    assertThat(grid.get("values").size()).isEqualTo(grid.get("rows").intValue());
    assertThat(grid.get("values").get(0).size()).isEqualTo(grid.get("columns").intValue());
    double[] values = values(grid);
    assertThat(grid.get("max").doubleValue()).isEqualTo(Arrays.stream(values).max().orElseThrow());
    assertThat(grid.get("min").doubleValue()).isEqualTo(Arrays.stream(values).min().orElseThrow());
    int width = json.at("/picture/width").intValue();
    int height = json.at("/picture/height").intValue();
    assertThat(width).isGreaterThan(height);
    JsonNode region = grid.get("region");
    assertThat(region.size()).isEqualTo(4);
    // The middle square, as high as the picture.
    assertThat(region.at("/0/y").doubleValue()).isEqualTo(0);
    assertThat(region.at("/2/y").doubleValue()).isEqualTo(height);
    assertThat(region.at("/1/x").doubleValue() - region.at("/0/x").doubleValue())
        .isCloseTo(height, within(0.02 * height));
    assertThat(region.at("/0/x").doubleValue() + region.at("/1/x").doubleValue())
        .isCloseTo(width, within(0.02 * width));
  }

  @Test
  void picture_ofAPhoneOnItsSide_hasTheRegionAsItIsStored() {
    JsonNode json =
        server
            .form("/v1/explain", "image", RunningServer.picture("golden/preprocess/exif-6.jpg"))
            .json();
    int width = json.at("/picture/width").intValue();
    int height = json.at("/picture/height").intValue();
    assertThat(json.at("/picture/orientation").intValue()).isEqualTo(6);
    // Turned a quarter to the right to be seen: what is upper left then is lower left as stored.
    JsonNode first = json.at("/grid/region/0");
    JsonNode second = json.at("/grid/region/1");
    assertThat(first.get("x")).isEqualTo(second.get("x"));
    assertThat(first.get("y").doubleValue()).isGreaterThan(second.get("y").doubleValue());
    assertThat(first.get("x").doubleValue()).isBetween(0.0, (double) width);
    assertThat(first.get("y").doubleValue()).isBetween(0.0, (double) height);
  }

  @Test
  void png_isThePictureWithTheMapOnIt() throws IOException {
    Answer answer = server.form("/v1/explain", "image", ESPRESSO, PNG);
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.header("Content-Type")).isEqualTo("image/png");
    assertThat(answer.header("Server-Timing")).contains("inference;dur=");
    BufferedImage plain = png(server.form("/v1/explain?opacity=0", "image", ESPRESSO, PNG));
    BufferedImage drawn = png(answer);
    BufferedImage covered =
        png(server.form("/v1/explain?opacity=1&colors=inferno", "image", ESPRESSO, PNG));
    BufferedImage picture = ImageIO.read(new ByteArrayInputStream(ESPRESSO));
    assertThat(plain.getWidth()).isEqualTo(picture.getWidth());
    assertThat(plain.getHeight()).isEqualTo(picture.getHeight());
    int middle = picture.getWidth() / 2;
    int row = picture.getHeight() / 2;
    assertThat(drawn.getRGB(1, row)).as("outside of the crop").isEqualTo(plain.getRGB(1, row));
    assertThat(drawn.getRGB(middle, row)).isNotEqualTo(plain.getRGB(middle, row));
    assertThat(covered.getRGB(middle, row)).isNotEqualTo(drawn.getRGB(middle, row));
    assertThat(covered.getRGB(1, row)).isEqualTo(plain.getRGB(1, row));
  }

  @Test
  void png_ofALargePhoto_isBounded() throws IOException {
    BufferedImage drawn =
        png(
            server.form(
                "/v1/models/resnet20-cifar10/explain",
                "image",
                RunningServer.picture("golden/preprocess/phone-4000x3000.jpg"),
                PNG));
    assertThat(Math.max(drawn.getWidth(), drawn.getHeight())).isEqualTo(1024);
    assertThat(Math.min(drawn.getWidth(), drawn.getHeight())).isEqualTo(768);
  }

  @Test
  void drawing_thatWasSent_claimsNothing() {
    assertThat(server.form("/v1/explain", "image", ESPRESSO, PNG).status()).isEqualTo(200);
    await().atMost(Duration.ofMinutes(1)).until(() -> workshop.drawn() == 0);
  }

  @ParameterizedTest
  @CsvSource({
    "'*/*', application/json",
    "'application/json, image/png', application/json",
    "'image/png, application/json;q=0.5', image/png",
    "'image/*', image/png"
  })
  void accept_chooses(String accept, String type) {
    Answer answer =
        server.form("/v1/models/resnet20-cifar10/explain", "image", ESPRESSO, "Accept", accept);
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.header("Content-Type")).startsWith(type);
  }

  @Test
  void failure_isAProblemDocumentWhateverIsAccepted() {
    Answer answer = server.form("/v1/explain?class=bananas", "image", ESPRESSO, PNG);
    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.header("Content-Type")).startsWith("application/problem+json");
    assertThat(answer.json().get("type").stringValue())
        .isEqualTo("urn:resnet-serving:problem:parameter-invalid");
    assertThat(server.form("/v1/explain", "image", ESPRESSO, "Accept", "image/webp").status())
        .isEqualTo(406);
    assertThat(server.form("/v1/explain", "image", new byte[] {1}, PNG).status()).isEqualTo(415);
    assertThat(server.form("/v1/explain", "image", List.of(ESPRESSO, ESPRESSO)).status())
        .isEqualTo(400);
  }

  private static BufferedImage png(Answer answer) throws IOException {
    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    return ImageIO.read(new ByteArrayInputStream(answer.response().body()));
  }

  private static double[] values(JsonNode grid) {
    return grid.get("values")
        .valueStream()
        .flatMap(JsonNode::valueStream)
        .mapToDouble(JsonNode::doubleValue)
        .toArray();
  }

  private static double mean(JsonNode grid) {
    return Arrays.stream(values(grid)).average().orElseThrow();
  }
}
