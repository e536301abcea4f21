package org.resnetserving.upload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.servlet.ServletInputStream;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.resnetserving.admission.Deadline;
import org.resnetserving.admission.FakeTicker;
import org.resnetserving.admission.Permit;
import org.resnetserving.admission.Permits;
import org.resnetserving.problem.ProblemException;
import org.resnetserving.problem.ProblemType;
import org.resnetserving.remote.RemotePictures;
import org.springframework.mock.web.DelegatingServletInputStream;
import org.springframework.mock.web.MockHttpServletRequest;

final class UploadReaderTest {
  private static final int MAX_BYTES = 100;

  private final FakeTicker ticker = new FakeTicker();
  private final Permits memory = new Permits("uploads", 250);
  private final UploadReader reader =
      new UploadReader(
          new UploadLimits(MAX_BYTES, 2, 2 * MAX_BYTES, 0), memory, RemotePictures.none(), ticker);

  @Test
  void body_withinTheLimit_holdsItsMemoryUntilClosed() throws Exception {
    Upload upload = read(request(MAX_BYTES));
    assertThat(upload.picture().bytes()).hasSize(MAX_BYTES);
    assertThat(memory.inUse()).isEqualTo(MAX_BYTES);
    upload.close();
    assertThat(memory.inUse()).isZero();
  }

  @Test
  void body_thatIsAnnounced_isThereTwiceInSmallPartOnly() throws Exception {
    int bytes = 1 << 20;
    Permits heap = new Permits("heap", 4L * bytes);
    Permits tight = heap.part("uploads", bytes);
    UploadReader tightly =
        new UploadReader(
            new UploadLimits(bytes, 1, bytes, 0), tight, RemotePictures.none(), ticker);
    Deadline deadline = Deadline.after(Duration.ofSeconds(60), ticker);
    // A picture always fits; what it takes beyond the part for uploads counts in the whole.
    try (Permit others = heap.acquire(4L * bytes - (bytes + bytes / 4))) {
      tightly.read(request(bytes), JsonShape.IMAGES, OtherType.PICTURE, deadline).close();
      assertThatThrownBy(
              () ->
                  tightly.read(
                      streaming(new ByteArrayInputStream(new byte[bytes])),
                      JsonShape.IMAGES,
                      OtherType.PICTURE,
                      deadline))
          .isInstanceOfSatisfying(
              ProblemException.class, e -> assertThat(e.type()).isEqualTo(ProblemType.OVERLOADED));
    }
    assertThat(heap.inUse()).isZero();
  }

  @Test
  void body_overTheLimit_isRefusedAndHoldsNothing() {
    assertThatThrownBy(() -> read(request(MAX_BYTES + 1)))
        .isInstanceOfSatisfying(
            ProblemException.class,
            e -> assertThat(e.type()).isEqualTo(ProblemType.IMAGE_TOO_LARGE))
        .hasMessageContaining("100")
        .hasMessageContaining("101");
    assertThat(memory.inUse()).isZero();
  }

  @Test
  void body_whenMemoryIsTaken_isRefusedAtOnce() throws Exception {
    try (Permit others = memory.acquire(200)) {
      assertThatThrownBy(() -> read(request(60)))
          .isInstanceOfSatisfying(
              ProblemException.class, e -> assertThat(e.type()).isEqualTo(ProblemType.OVERLOADED));
      assertThat(others.weight()).isEqualTo(200);
    }
  }

  @Test
  void body_empty_isRefusedAndHoldsNothing() {
    assertThatThrownBy(() -> read(request(0)))
        .isInstanceOfSatisfying(
            ProblemException.class, e -> assertThat(e.type()).isEqualTo(ProblemType.IMAGE_MISSING));
    assertThat(memory.inUse()).isZero();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"text/html", "no type", "application/x-www-form-urlencoded", "text/jsonp"})
  void body_ofAnotherType_isRefusedUnlessAnyIsTaken(String type) throws Exception {
    MockHttpServletRequest request = request(10);
    request.setContentType(type);
    assertThatThrownBy(() -> read(request))
        .isInstanceOfSatisfying(
            ProblemException.class,
            e -> assertThat(e.type()).isEqualTo(ProblemType.IMAGE_UNSUPPORTED));
    assertThat(read(request, OtherType.PICTURE).picture().bytes()).hasSize(10);
    assertThatThrownBy(() -> read(request, OtherType.JSON))
        .isInstanceOfSatisfying(
            ProblemException.class,
            e -> assertThat(e.type()).isEqualTo(ProblemType.JSON_MALFORMED));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 50, MAX_BYTES})
  void body_ofUnsaidLength_isReadToItsEnd(int bytes) throws Exception {
    MockHttpServletRequest request = streaming(new ByteArrayInputStream(new byte[bytes]));
    if (bytes == 0) {
      assertThatThrownBy(() -> read(request)).hasMessageContaining("empty");
    } else {
      assertThat(read(request).picture().bytes()).hasSize(bytes);
      assertThat(memory.inUse()).isEqualTo(bytes);
    }
  }

  @Test
  void body_ofUnsaidLength_overTheLimit_isRefused() {
    MockHttpServletRequest request = streaming(new ByteArrayInputStream(new byte[MAX_BYTES + 1]));
    assertThatThrownBy(() -> read(request)).hasMessageContaining("more were sent");
    assertThat(memory.inUse()).isZero();
  }

  @Test
  void body_thatTrickles_isReadUntilTheDeadlineOnly() {
    InputStream oneByteASecond =
        new InputStream() {
          @Override
          public int read() {
            ticker.advance(Duration.ofSeconds(1));
            return 0;
          }

          @Override
          public int read(byte[] bytes, int from, int length) {
            bytes[from] = (byte) read();
            return 1;
          }
        };
    assertThatThrownBy(() -> read(streaming(oneByteASecond)))
        .isInstanceOfSatisfying(
            ProblemException.class, e -> assertThat(e.type()).isEqualTo(ProblemType.UPLOAD_TIMEOUT))
        .hasMessageContaining("After PT10S, 10 bytes");
    assertThat(memory.inUse()).isZero();
  }

  @Test
  void body_slowerThanItMayBe_isReadNoFurther() {
    UploadReader strict =
        new UploadReader(
            new UploadLimits(MAX_BYTES, 2, MAX_BYTES, 50), memory, RemotePictures.none(), ticker);
    InputStream twoBytesASecond =
        new InputStream() {
          @Override
          public int read() {
            throw new AssertionError("reads are in bulk");
          }

          @Override
          public int read(byte[] bytes, int from, int length) {
            ticker.advance(Duration.ofMillis(500));
            return 1;
          }
        };
    assertThatThrownBy(
            () ->
                strict.read(
                    streaming(twoBytesASecond),
                    JsonShape.IMAGES,
                    OtherType.REFUSED,
                    Deadline.after(Duration.ofSeconds(60), ticker)))
        .isInstanceOfSatisfying(
            ProblemException.class, e -> assertThat(e.type()).isEqualTo(ProblemType.UPLOAD_TIMEOUT))
        .hasMessageContaining("After 5.0 s, 10 bytes")
        .hasMessageContaining("50 must come in a second");
    assertThat(memory.inUse()).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"image/jpeg; charset=binary", "binary/octet-stream", "image/x-anything"})
  void body_ofATypeThatMayBeAPicture_isTaken(String type) throws Exception {
    MockHttpServletRequest request = request(10);
    request.setContentType(type);
    assertThat(read(request).picture().bytes()).hasSize(10);
  }

  @Test
  void body_ofNoType_isTaken() throws Exception {
    MockHttpServletRequest request = new MockHttpServletRequest("POST", "/v1/classify");
    request.setContent(new byte[10]);
    assertThat(read(request).picture().bytes()).hasSize(10);
  }

  @Test
  void query_ofABody_isPercentDecoded() throws Exception {
    MockHttpServletRequest request = request(10);
    request.setQueryString("top_k=%33&a+b=%C3%A9&flag");
    assertThat(read(request).parameters())
        .isEqualTo(Map.of("top_k", List.of("3"), "a b", List.of("é"), "flag", List.of("")));
  }

  @Test
  void pictures_ofWhichOneIsWanted_areNamed() throws Exception {
    MockHttpServletRequest request = new MockHttpServletRequest("POST", "/v1/classify");
    request.setContentType("multipart/form-data; boundary=X");
    request.setContent(
        ("--X\r\nContent-Disposition: form-data; name=\"image\"\r\n\r\na\r\n"
                + "--X\r\nContent-Disposition: form-data; name=\"data\"\r\n\r\nb\r\n--X--")
            .getBytes(StandardCharsets.US_ASCII));
    try (Upload upload = read(request)) {
      assertThatThrownBy(upload::picture).hasMessageContaining("2 pictures ('image', 'data')");
    }
    assertThat(memory.inUse()).isZero();
  }

  @Test
  void body_thatIsCompressed_hasThePictureAndItsBound() throws Exception {
    MockHttpServletRequest request = request(0);
    request.addHeader("Content-Encoding", "gzip");
    request.setContent(InflatedTest.gzip(new byte[MAX_BYTES]));
    try (Upload upload = read(request)) {
      assertThat(upload.picture().bytes()).hasSize(MAX_BYTES);
    }
    request.setContent(InflatedTest.gzip(new byte[1_000_000]));
    assertThatThrownBy(() -> read(request))
        .isInstanceOfSatisfying(
            ProblemException.class,
            e -> assertThat(e.type()).isEqualTo(ProblemType.IMAGE_TOO_LARGE))
        .hasMessageContaining("100");
    assertThat(memory.inUse()).isZero();
  }

  @Test
  void body_ofJson_hasItsPicturesAndParameters() throws Exception {
    MockHttpServletRequest request = request(0);
    request.setContentType("application/json; charset=utf-8");
    request.setQueryString("top_k=1");
    request.setContent(
        "{\"details\": true, \"images\": [{\"b64\": \"YQ==\"}]}".getBytes(StandardCharsets.UTF_8));
    try (Upload upload = read(request)) {
      assertThat(upload.picture().bytes()).containsExactly('a');
      assertThat(upload.parameters())
          .isEqualTo(Map.of("top_k", List.of("1"), "details", List.of("true")));
    }
    request.setContent("{\"image\": \"x\"}".getBytes(StandardCharsets.UTF_8));
    assertThatThrownBy(() -> read(request))
        .isInstanceOfSatisfying(
            ProblemException.class, e -> assertThat(e.type()).isEqualTo(ProblemType.IMAGE_MISSING))
        .hasMessageContaining("'images'; it has [image]");
    assertThat(memory.inUse()).isZero();
  }

  @Test
  void memory_isReleased_ifThereIsNoneToReadInto() {
    InputStream broken =
        new InputStream() {
          @Override
          public int read() {
            throw new OutOfMemoryError("for the test");
          }
        };
    assertThatThrownBy(() -> read(streaming(broken))).isInstanceOf(OutOfMemoryError.class);
    assertThat(memory.inUse()).isZero();
  }

  private Upload read(MockHttpServletRequest request) throws IOException {
    return read(request, OtherType.REFUSED);
  }

  private Upload read(MockHttpServletRequest request, OtherType other) throws IOException {
    return reader.read(
        request, JsonShape.IMAGES, other, Deadline.after(Duration.ofSeconds(10), ticker));
  }

  /** A request that does not say how long its body is. */
  private static MockHttpServletRequest streaming(InputStream body) {
    MockHttpServletRequest request =
        new MockHttpServletRequest("POST", "/v1/classify") {
          @Override
          public ServletInputStream getInputStream() {
            return new DelegatingServletInputStream(body) {
              @Override
              public int read(byte[] bytes, int from, int length) throws IOException {
                return body.read(bytes, from, length);
              }
            };
          }
        };
    request.setContentType("image/jpeg");
    return request;
  }

  private static MockHttpServletRequest request(int bytes) {
    MockHttpServletRequest request = new MockHttpServletRequest("POST", "/v1/classify");
    request.setContentType("image/jpeg");
    request.setContent(new byte[bytes]);
    return request;
  }
}
