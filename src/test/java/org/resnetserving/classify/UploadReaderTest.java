package org.resnetserving.classify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.resnetserving.batch.Permit;
import org.resnetserving.batch.Permits;
import org.resnetserving.problem.ProblemException;
import org.resnetserving.problem.ProblemType;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.util.unit.DataSize;

final class UploadReaderTest {
  private static final int MAX_BYTES = 100;

  private final Permits memory = new Permits("uploads", 250);
  private final UploadReader reader = new UploadReader(DataSize.ofBytes(MAX_BYTES), memory);

  @Test
  void body_withinTheLimit_holdsItsMemoryUntilClosed() throws Exception {
    Upload upload = reader.read(request(MAX_BYTES), false);
    assertThat(upload.bytes()).hasSize(MAX_BYTES);
    assertThat(memory.inUse()).isEqualTo(MAX_BYTES);
    upload.close();
    assertThat(memory.inUse()).isZero();
  }

  @Test
  void body_overTheLimit_isRefusedAndHoldsNothing() {
    assertThatThrownBy(() -> reader.read(request(MAX_BYTES + 1), false))
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
      assertThatThrownBy(() -> reader.read(request(60), false))
          .isInstanceOfSatisfying(
              ProblemException.class, e -> assertThat(e.type()).isEqualTo(ProblemType.OVERLOADED));
      assertThat(others.weight()).isEqualTo(200);
    }
  }

  @Test
  void body_empty_isRefusedAndHoldsNothing() {
    assertThatThrownBy(() -> reader.read(request(0), false))
        .isInstanceOfSatisfying(
            ProblemException.class, e -> assertThat(e.type()).isEqualTo(ProblemType.IMAGE_MISSING));
    assertThat(memory.inUse()).isZero();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"text/html", "application/json", "no type", "application/x-www-form-urlencoded"})
  void body_ofAnotherType_isRefusedUnlessAnyIsTaken(String type) throws Exception {
    MockHttpServletRequest request = request(10);
    request.setContentType(type);
    assertThatThrownBy(() -> reader.read(request, false))
        .isInstanceOfSatisfying(
            ProblemException.class,
            e -> assertThat(e.type()).isEqualTo(ProblemType.IMAGE_UNSUPPORTED));
  }

  private static MockHttpServletRequest request(int bytes) {
    MockHttpServletRequest request = new MockHttpServletRequest("POST", "/v1/classify");
    request.setContentType("image/jpeg");
    request.setContent(new byte[bytes]);
    return request;
  }
}
