package org.resnetserving.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.resnetserving.admission.Deadline;
import org.resnetserving.admission.Ticker;
import org.resnetserving.problem.ProblemException;
import org.resnetserving.problem.ProblemType;

final class CountedFetchesTest {
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

  @Test
  void fetching_whichIsOff_namesTheSetting() {
    assertThatThrownBy(() -> fetch(RemotePictures.none(), "https://img.example.org/"))
        .isInstanceOfSatisfying(
            ProblemException.class,
            e -> assertThat(e.type()).isEqualTo(ProblemType.URL_NOT_ALLOWED))
        .hasMessageContaining("resnet.url.hosts");
  }

  @Test
  void fetches_areCountedByTheirOutcome() throws Exception {
    UrlProperties properties =
        new UrlProperties(
            List.of("img.example.org"), false, List.of(), Duration.ofSeconds(50), 3, 4);
    try (CountedFetches pictures =
        new CountedFetches(
            new Fetcher(
                properties,
                host -> {
                  throw new UnknownHostException(host);
                },
                SSLContext.getDefault(),
                Ticker.system()),
            registry,
            Ticker.system(),
            null)) {
      assertThatThrownBy(() -> fetch(pictures, "https://img.example.org/"))
          .isInstanceOf(ProblemException.class);
      assertThatThrownBy(() -> fetch(pictures, "https://evil.example/"))
          .isInstanceOf(ProblemException.class);
    }
    assertThat(count("url-fetch-failed")).isEqualTo(1);
    assertThat(count("url-not-allowed")).isEqualTo(1);
    assertThat(count("ok")).isZero();
  }

  @ParameterizedTest
  @CsvSource({
    "*, 5s, 3, 16, hosts",
    "example.org, PT0S, 3, 16, timeout",
    "example.org, PT2M, 3, 16, timeout",
    "example.org, PT5S, -1, 16, max-redirects",
    "example.org, PT5S, 11, 16, max-redirects",
    "example.org, PT5S, 3, 0, max-concurrent",
  })
  void settings_outOfTheirRange_areRefused(
      String host, String timeout, int redirects, int concurrent, String named) {
    assertThatThrownBy(
            () ->
                new UrlProperties(
                    List.of(host),
                    false,
                    List.of(),
                    timeout.startsWith("P") ? Duration.parse(timeout) : Duration.ofSeconds(5),
                    redirects,
                    concurrent))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("resnet.url." + named);
  }

  private static void fetch(RemotePictures pictures, String url) {
    pictures.fetch(
        url, Deadline.after(Duration.ofSeconds(50), Ticker.system()), (announced, body) -> {});
  }

  private long count(String outcome) {
    return registry.get(CountedFetches.FETCH_DURATION).tag("outcome", outcome).timer().count();
  }
}
