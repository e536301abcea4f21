package org.resnetserving.trace;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.MDC;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;

final class RequestIdFilterTest {
  private static final String NEW = "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}";

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a",
        "0f5f37f9-4f0b-4c4e-8d7a-0d4f6c9d9d1e",
        "Root=1-67891233-abcdef012345678912345678",
        "105445aa7843bc8bf206b12000100000/1",
        "01ARZ3NDEKTSV4RRFFQ69G5FAV",
        "user@host:42_x.y+z"
      })
  void id_thatIsSane_isKept(String given) {
    assertThat(RequestIdFilter.id(given)).isEqualTo(given);
  }

  @ParameterizedTest
  @NullSource
  @ValueSource(
      strings = {"", " ", "a b", "a\nb", "a\r\nSet-Cookie: x", "<script>", "\"", "${jndi:x}", "é"})
  void id_thatIsMissingOrOdd_isANewOne(String given) {
    assertThat(RequestIdFilter.id(given)).matches(NEW).isNotEqualTo(RequestIdFilter.id(given));
  }

  @Test
  void id_ofMoreThan128Characters_isANewOne() {
    assertThat(RequestIdFilter.id("x".repeat(128))).hasSize(128);
    assertThat(RequestIdFilter.id("x".repeat(129))).matches(NEW);
  }

  @Test
  void request_isLoggedUnderItsIdAndNothingAfterItIs() throws Exception {
    MockHttpServletRequest request = new MockHttpServletRequest();
    request.addHeader("X-Request-Id", "abc");
    MockHttpServletResponse response = new MockHttpServletResponse();
    new RequestIdFilter().doFilter(request, response, (req, res) -> requireMdc("abc"));
    assertThat(response.getHeader("X-Request-Id")).isEqualTo("abc");
    assertThat(MDC.get("request_id")).isNull();
  }

  private static void requireMdc(String id) throws IOException {
    assertThat(MDC.get("request_id")).isEqualTo(id);
  }
}
