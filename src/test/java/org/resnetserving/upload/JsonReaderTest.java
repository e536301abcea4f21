package org.resnetserving.upload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.resnetserving.admission.Deadline;
import org.resnetserving.admission.Permit;
import org.resnetserving.admission.Permits;
import org.resnetserving.admission.Ticker;
import org.resnetserving.problem.ProblemException;
import org.resnetserving.problem.ProblemType;
import org.resnetserving.remote.RemotePictures;

final class JsonReaderTest {
  private static final int MAX_BYTES = 100;
  private static final Deadline DEADLINE = Deadline.after(Duration.ofSeconds(50), Ticker.system());

  private final Permits memory = new Permits("uploads", 1_000_000);
  private final Pictures pictures =
      new Pictures(new UploadLimits(MAX_BYTES, 3, 250, 0), new MemoryClaim(memory));

  @Test
  void json_inEachShape_hasItsPictures() {
    read(
        JsonShape.IMAGES,
        """
        {"top_k": 3, "images": [{"b64": "YWI="}, "data:image/png;base64,YQ==", {"image_url": {"url": "DATA:;base64,YWJj"}}]}
        """);
    assertThat(texts()).containsExactly("ab", "a", "abc");
    assertThat(pictures.list())
        .extracting(UploadedPicture::field)
        .containsExactly("images[0]", "images[1]", "images[2]");
    assertThat(memory.inUse()).isEqualTo(6);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'instances': [{'b64': 'YWI='}]}",
        "{'instances': [{'image_bytes': {'b64': 'YWI='}, 'key': '1'}]}",
        "{'instances': [{'data': {'b64': 'YWI='}}], 'signature_name': 'x'}",
        "{'instances': [{'data': 'YWI='}]}",
        "{'instances': {'data': 'YWI='}}"
      })
  void instances_asClientsSendThem_haveTheirPicture(String json) {
    read(JsonShape.INSTANCES, json.replace('\'', '"'));
    assertThat(texts()).containsExactly("ab");
  }

  @ParameterizedTest
  @ValueSource(strings = {"'data:image/png;base64,YWI='", "['data:image/png;base64,YWI=']"})
  void input_ofOneOrAnArray_hasItsPictureAndParameters(String input) {
    JsonReader reader =
        read(
            JsonShape.OPENAI_INPUT,
            ("{'input': " + input + ", 'model': 'm', 'dimensions': 8, 'user': null}")
                .replace('\'', '"'));
    assertThat(texts()).containsExactly("ab");
    assertThat(reader.parameters())
        .isEqualTo(Map.of("model", List.of("m"), "dimensions", List.of("8")));
  }

  @Test
  void members_thatAreNoPictures_areParameters() {
    JsonReader reader =
        read(
            JsonShape.IMAGES,
            """
            {"top_k": "all", "min_probability": 1.50e-1, "details": true, "labels": ["é\\n", "b"],
             "parameters": {"a": {"b": -7}}, "none": null, "empty": []}
            """);
    assertThat(reader.parameters())
        .isEqualTo(
            Map.of(
                "top_k", List.of("all"),
                "min_probability", List.of("1.50e-1"),
                "details", List.of("true"),
                "labels", List.of("é\n", "b"),
                "parameters.a.b", List.of("-7")));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"+/+/", "-_-_", "+/ +/\\n", "\\u002b\\/+/", "-_-_\\r\\n", "data:;base64,-_-_"})
  void base64_ofEitherAlphabet_isDecoded(String text) {
    read(JsonShape.IMAGES, "{\"images\": {\"b64\": \"" + text + "\"}}");
    assertThat(pictures.list().get(0).bytes()).containsExactly(0xfb, 0xff, 0xbf);
  }

  @ParameterizedTest
  @CsvSource({"YQ==, a", "YQ, a", "Y Q = =, a", "YWI=, ab", "YWI, ab", "YWJj, abc", "YWJjZA, abcd"})
  void base64_withOrWithoutPadding_isDecoded(String text, String expected) {
    read(JsonShape.IMAGES, "{\"images\": [{\"b64\": \"" + text + "\"}]}");
    assertThat(texts()).containsExactly(expected);
  }

  @Test
  void base64_ofAnyLength_isWhatItWas() {
    Random random = new Random(1);
    for (int length = 1; length < 6000; length += 1 + length / 20) {
      byte[] bytes = new byte[length];
      random.nextBytes(bytes);
      for (Base64.Encoder encoder :
          List.of(
              Base64.getEncoder(),
              Base64.getUrlEncoder().withoutPadding(),
              Base64.getMimeEncoder())) {
        String text = encoder.encodeToString(bytes).replace("\r\n", "\\r\\n");
        Pictures one = new Pictures(new UploadLimits(6000, 1, 6000, 0), new MemoryClaim(memory));
        new JsonReader(JsonShape.IMAGES, one)
            .read(stream("{\"images\": {\"b64\": \"" + text + "\"}}"));
        assertThat(one.list().get(0).bytes()).isEqualTo(bytes);
      }
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {"b64": "YQ%3D%3D"}                | IMAGE_CORRUPT     | character 3 is '%'
          {"b64": "YQ=="  , "b64": "YQ=="}   | IMAGE_UNSUPPORTED | two pictures
          {"b64": "YQ=a"}                    | IMAGE_CORRUPT     | character 4 is 'a'
          {"b64": "YQ==="}                   | IMAGE_CORRUPT     | character 5 is '='
          {"b64": "YQ="}                     | IMAGE_CORRUPT     | breaks off after 3
          {"b64": "YWJjZ"}                   | IMAGE_CORRUPT     | breaks off after 5
          {"b64": "YQ=="  , "a": {"url": ""}} | IMAGE_UNSUPPORTED | two pictures
          {"b64": "été="}                    | IMAGE_CORRUPT     | character 1 is 'é'
          {"b64": ""}                        | IMAGE_MISSING     | empty
          {"b64": "data:;base64,"}           | IMAGE_MISSING     | empty
          {"b64": 5}                         | IMAGE_MISSING     | no picture
          {"name": "x", "c": [{"b64": "YQ"}]} | IMAGE_MISSING     | no picture
          {}                                 | IMAGE_MISSING     | no picture
          null                               | IMAGE_MISSING     | no picture
          [["YQ=="]]                         | IMAGE_MISSING     | no picture
          "YWJjZGVmZ2hpamts"                 | IMAGE_UNSUPPORTED | no data: URI
          "YQ=="                             | IMAGE_UNSUPPORTED | no data: URI
          {"url": "s3://bucket/cat.jpg"}     | IMAGE_UNSUPPORTED | begin with https:
          {"url": "file:///etc/passwd"}      | IMAGE_UNSUPPORTED | begin with https:
          {"url": "https://a", "b64": "YQ=="} | IMAGE_UNSUPPORTED | two pictures
          "data:image/png,YQ=="              | IMAGE_UNSUPPORTED | in base64
          "data:image/png;base64"            | IMAGE_UNSUPPORTED | no comma
          """)
  void item_thatCannotBeRead_hasItsProblemAndHarmsNoOther(
      String item, ProblemType type, String said) {
    read(JsonShape.IMAGES, "{\"images\": [" + item + ", {\"b64\": \"YWI=\"}]}");
    assertThat(pictures.list()).hasSize(2);
    assertThatThrownBy(() -> pictures.list().get(0).bytes())
        .isInstanceOfSatisfying(ProblemException.class, e -> assertThat(e.type()).isEqualTo(type))
        .hasMessageContaining(said);
    assertThat(pictures.list().get(1).bytes()).hasSize(2);
    assertThat(memory.inUse()).isEqualTo(2);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"https://img.example.org/cat.jpg?a=b,c\"",
        "\"HTTPS://img.example.org/cat.jpg?a=b,c\"",
        "{\"url\": \"https://img.example.org/cat.jpg?a=b,c\"}",
        "{\"image_url\": \"https://img.example.org/cat.jpg?a=b,c\"}",
        "{\"type\": \"image_url\", \"image_url\": {\"url\": \"https://img.example.org/cat.jpg?a=b,c\"}}"
      })
  void url_asClientsSendIt_isFetchedInItsPlace(String item) {
    read(
        JsonShape.IMAGES, "{\"images\": [{\"b64\": \"YWI=\"}, " + item + ", {\"b64\": \"YQ==\"}]}");
    pictures.fetch(
        (url, deadline, sink) -> {
          assertThat(url).isEqualToIgnoringCase("https://img.example.org/cat.jpg?a=b,c");
          take(sink, -1, "abc");
        },
        DEADLINE);
    assertThat(texts()).containsExactly("ab", "abc", "a");
    assertThat(pictures.list().get(1).field()).isEqualTo("images[1]");
    assertThat(memory.inUse()).isEqualTo(6);
  }

  @Test
  void url_thatIsNotFetched_hasItsProblemAndHarmsNoOther() {
    read(
        JsonShape.IMAGES,
        "{\"images\": [\"https://a/\", {\"url\": \"https://%s\"}, \"https://b/\"]}"
            .formatted("a".repeat(RemotePictures.LONGEST_URL)));
    pictures.fetch(
        (url, deadline, sink) -> {
          if (url.equals("https://a/")) {
            take(sink, MAX_BYTES, "half of it");
            throw new ProblemException(ProblemType.URL_FETCH_FAILED, "it broke off");
          }
          take(sink, 1, "b");
        },
        DEADLINE);
    assertThat(pictures.list())
        .extracting(picture -> picture.problem().map(ProblemException::type).orElse(null))
        .containsExactly(ProblemType.URL_FETCH_FAILED, ProblemType.URL_NOT_ALLOWED, null);
    assertThat(memory.inUse()).isEqualTo(1);
  }

  @Test
  void url_ofMoreBytesThanOneMayHave_isRefusedBeforeTheyAreRead_orWhereTheyGoBeyond() {
    read(JsonShape.IMAGES, "{\"images\": [\"https://a/\", \"https://b/\", \"https://c/\"]}");
    pictures.fetch(
        (url, deadline, sink) -> {
          switch (url) {
            case "https://a/" -> taken(() -> sink.take(MAX_BYTES + 1, new Unreadable()));
            case "https://b/" -> take(sink, 1, "b".repeat(MAX_BYTES + 1));
            default -> take(sink, -1, "c".repeat(MAX_BYTES));
          }
        },
        DEADLINE);
    assertThat(pictures.list())
        .extracting(picture -> picture.problem().map(ProblemException::type).orElse(null))
        .containsExactly(ProblemType.IMAGE_TOO_LARGE, ProblemType.IMAGE_TOO_LARGE, null);
    assertThat(memory.inUse()).isEqualTo(MAX_BYTES);
  }

  @Test
  void urls_ofMoreBytesThanARequestMayHave_failItAsAWhole() {
    read(JsonShape.IMAGES, "{\"images\": [\"https://a/\", \"https://b/\", \"https://c/\"]}");
    assertThatThrownBy(
            () ->
                pictures.fetch(
                    (url, deadline, sink) -> take(sink, -1, "b".repeat(MAX_BYTES)), DEADLINE))
        .isInstanceOfSatisfying(
            ProblemException.class,
            e -> assertThat(e.type()).isEqualTo(ProblemType.REQUEST_TOO_LARGE))
        .hasMessageContaining("250 bytes together");
  }

  @Test
  void urls_whereThereIsNoMemoryForTheirBytes_failAsAWhole() {
    read(JsonShape.IMAGES, "{\"images\": [\"https://a/\"]}");
    try (Permit others = memory.acquire(memory.capacity())) {
      assertThatThrownBy(
              () ->
                  pictures.fetch(
                      (url, deadline, sink) -> taken(() -> sink.take(9, new Unreadable())),
                      DEADLINE))
          .isInstanceOfSatisfying(
              ProblemException.class, e -> assertThat(e.type()).isEqualTo(ProblemType.OVERLOADED));
      assertThat(others.weight()).isEqualTo(memory.capacity());
    }
  }

  /** Fails whoever reads it. */
  private static final class Unreadable extends InputStream {
    @Override
    public int read() {
      throw new AssertionError("it was read");
    }
  }

  private interface Taking {
    void take() throws IOException;
  }

  private static void taken(Taking taking) {
    try {
      taking.take();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static void take(RemotePictures.Sink sink, long announced, String body) {
    taken(
        () ->
            sink.take(
                announced, new ByteArrayInputStream(body.getBytes(StandardCharsets.US_ASCII))));
  }

  @Test
  void item_tooLargeAlone_hasItsProblemAndHarmsNoOther() {
    String large = "A".repeat(4 * MAX_BYTES);
    read(JsonShape.IMAGES, "{\"images\": [{\"b64\": \"" + large + "\"}, {\"b64\": \"YWI=\"}]}");
    assertThat(pictures.list().get(0).problem())
        .hasValueSatisfying(e -> assertThat(e.type()).isEqualTo(ProblemType.IMAGE_TOO_LARGE));
    assertThat(memory.inUse()).isEqualTo(2);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "x",
        "[]",
        "{\"images\": [{\"b64\": \"YWI",
        "{\"images\": [{\"b64\": \"YWI=\"}]",
        "{\"images\": [{\"b64\": \"YWI=\"}]} {}",
        "{\"images\": [{\"b64\": \"YW\nI=\"}]}",
        "{\"images\": [{\"b64\": \"YW\\x\"}]}",
        "{images: []}",
        "{\"top_k\": 01}",
        "\uFEFF{}"
      })
  void json_thatIsNone_isRefused(String json) {
    assertThatThrownBy(() -> read(JsonShape.IMAGES, json))
        .isInstanceOfSatisfying(
            ProblemException.class,
            e -> assertThat(e.type()).isEqualTo(ProblemType.JSON_MALFORMED));
  }

  @Test
  void json_beyondABound_saysWhich() {
    assertTooLarge("{\"images\": [" + "{\"b64\": \"YQ==\"},".repeat(4) + "0]}", "3 pictures");
    String full = "{\"b64\": \"" + "A".repeat(132) + "\"},";
    assertTooLarge("{\"images\": [" + full.repeat(3) + "0]}", "250 bytes together");
    assertTooLarge("{\"a\": " + "[".repeat(100), "depth");
    assertTooLarge("{\"a\": [" + "null,".repeat(100_000), "Token count");
    assertTooLarge("{\"a\": \"" + "b".repeat(70_000), "65,536 characters");
    assertTooLarge("{\"" + "n".repeat(2000), "Name length");
    assertTooLarge("{\"a\": " + "1".repeat(2000), "Number value length");
  }

  private void assertTooLarge(String json, String said) {
    assertThatThrownBy(
            () ->
                new JsonReader(
                        JsonShape.IMAGES,
                        new Pictures(
                            new UploadLimits(MAX_BYTES, 3, 250, 0), new MemoryClaim(memory)))
                    .read(stream(json)))
        .isInstanceOfSatisfying(
            ProblemException.class,
            e -> assertThat(e.type()).isEqualTo(ProblemType.REQUEST_TOO_LARGE))
        .hasMessageContaining(said);
  }

  private JsonReader read(JsonShape shape, String json) {
    JsonReader reader = new JsonReader(shape, pictures);
    reader.read(stream(json));
    return reader;
  }

  private static InputStream stream(String json) {
    return new ByteArrayInputStream(json.getBytes(StandardCharsets.UTF_8));
  }

  private List<String> texts() {
    return pictures.list().stream()
        .map(picture -> new String(picture.bytes(), StandardCharsets.US_ASCII))
        .toList();
  }
}
