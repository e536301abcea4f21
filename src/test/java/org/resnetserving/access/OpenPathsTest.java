package org.resnetserving.access;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockServletContext;

final class OpenPathsTest {
  private final MockServletContext main = new MockServletContext();
  private final OpenPaths open = new OpenPaths(main);

  @ParameterizedTest
  @CsvSource({
    "GET,/livez,true",
    "HEAD,/livez,true",
    "POST,/livez,false",
    "GET,/livez/more,false",
    "GET,/,true",
    "GET,/page/0123/page.js,true",
    "GET,/problems/overloaded,true",
    "GET,/v1/models,false",
    "GET,/v2,false",
    "GET,/v2/models/m/ready,false",
    "GET,/nowhere,false",
    // Where management has no port of its own.
    "GET,/actuator/health,true",
    "GET,/actuator/prometheus,false",
    "GET,/actuator/models,false",
  })
  void path_ofTheService_isOpenOnlyIfItIsNamed(String method, String path, boolean isOpen) {
    assertThat(open.matches(new MockHttpServletRequest(main, method, path))).isEqualTo(isOpen);
  }

  @ParameterizedTest
  @CsvSource({
    "GET,/actuator/prometheus,true",
    "GET,/actuator/models,true",
    "POST,/actuator/models/m,false",
    "DELETE,/actuator/models/m,false",
    "POST,/v2/repository/models/m/load,false",
    "OPTIONS,/actuator,false",
  })
  void path_onThePortOfManagement_isOpenToRead(String method, String path, boolean isOpen) {
    assertThat(open.matches(new MockHttpServletRequest(new MockServletContext(), method, path)))
        .isEqualTo(isOpen);
  }

  @Test
  void path_underAContextPath_isTheSame() {
    MockHttpServletRequest request = new MockHttpServletRequest(main, "GET", "/pictures/livez");
    request.setContextPath("/pictures");
    assertThat(open.matches(request)).isTrue();
  }
}
