package org.resnetserving.upload;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;
import org.resnetserving.admission.Permits;
import org.resnetserving.problem.ProblemException;

/**
 * Whatever the bytes, JSON is read within its bounds or refused with a {@link ProblemException}, as
 * it is or compressed. To search: {@code JAZZER_FUZZ=1 mvn test -Dtest=JsonFuzzTest}.
 */
class JsonFuzzTest {
  private static final int MAX_PICTURES = FormFuzzTest.MAX_PICTURES;
  private static final int MAX_BYTES = FormFuzzTest.MAX_BYTES;
  private static final int MOST_INFLATED = 100_000;

  @MethodSource("seeds")
  @FuzzTest(maxDuration = "15s")
  void json_ofAnyBytes_isReadOrRefused(byte[] body) throws IOException {
    read(new ByteArrayInputStream(body));
  }

  @MethodSource("compressed")
  @FuzzTest(maxDuration = "15s")
  void compressedJson_ofAnyBytes_isReadOrRefused(byte[] body) throws IOException {
    for (ContentCoding coding : List.of(ContentCoding.GZIP, ContentCoding.DEFLATE)) {
      try (InputStream inflated =
          new Inflated(
              new ByteArrayInputStream(body), coding, MOST_INFLATED, Pictures::tooManyBytes)) {
        read(inflated);
      } catch (ProblemException e) {
        // refused
      }
    }
  }

  private static void read(InputStream body) {
    Permits memory = new Permits("uploads", 1_000_000);
    MemoryClaim claim = new MemoryClaim(memory);
    Pictures pictures =
        new Pictures(new UploadLimits(MAX_BYTES, MAX_PICTURES, MAX_BYTES, 0), claim);
    try {
      new JsonReader(JsonShape.IMAGES, pictures).read(body);
      assertThat(memory.inUse()).isEqualTo(FormFuzzTest.checkedBytes(pictures.list()));
    } catch (ProblemException e) {
      // refused
    } finally {
      claim.close();
    }
    assertThat(memory.inUse()).isZero();
  }

  static Stream<byte[]> seeds() {
    return Stream.of(
            "{\"images\": [{\"b64\": \"YWI=\"}, \"data:image/png;base64,YQ==\"], \"top_k\": 3}",
            "{\"images\": [{\"image_url\": \"https://img.example.org/cat.jpg\"}, \"http://a\"]}",
            "{\"images\": {\"url\": \"data:;base64,YWJj\"}, \"a\": {\"b\": [1, \"c\", null]}}")
        .map(text -> text.getBytes(StandardCharsets.UTF_8));
  }

  static Stream<byte[]> compressed() throws IOException {
    Stream.Builder<byte[]> bodies = Stream.builder();
    for (byte[] seed : seeds().toList()) {
      bodies.add(InflatedTest.gzip(seed));
      bodies.add(InflatedTest.deflate(seed, true));
      bodies.add(InflatedTest.deflate(seed, false));
    }
    return bodies.build();
  }
}
