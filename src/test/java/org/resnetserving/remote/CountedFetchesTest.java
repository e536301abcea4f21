package org.resnetserving.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.tracing.Tracer;
import io.micrometer.tracing.otel.bridge.OtelCurrentTraceContext;
import io.micrometer.tracing.otel.bridge.OtelTracer;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.context.Scope;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.resnetserving.admission.Deadline;
import org.resnetserving.admission.Ticker;
import org.resnetserving.problem.ProblemException;
import org.resnetserving.problem.ProblemType;
import org.resnetserving.trace.KeptSpans;

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
    try (CountedFetches pictures = fetches(null)) {
      assertThat(count("url-fetch-failed")).isZero();
      assertThatThrownBy(() -> fetch(pictures, "https://img.example.org/"))
          .isInstanceOf(ProblemException.class);
      assertThatThrownBy(() -> fetch(pictures, "https://evil.example/"))
          .isInstanceOf(ProblemException.class);
    }
    assertThat(count("url-fetch-failed")).isEqualTo(1);
    assertThat(count("url-not-allowed")).isEqualTo(1);
    assertThat(count("ok")).isZero();
  }

  @Test
  void fetch_hasASpanInTheRequests_thatSaysHowItEnded() throws Exception {
    List<SpanData> spans = new ArrayList<>();
    try (SdkTracerProvider provider =
            SdkTracerProvider.builder()
                .addSpanProcessor(SimpleSpanProcessor.create(new KeptSpans(spans)))
                .build();
        CountedFetches pictures =
            fetches(
                new OtelTracer(provider.get("test"), new OtelCurrentTraceContext(), event -> {}))) {
      Span request = provider.get("test").spanBuilder("request").startSpan();
      try (Scope current = request.makeCurrent()) {
        assertThatThrownBy(() -> fetch(pictures, "https://img.example.org/"))
            .isInstanceOf(ProblemException.class);
      }
      assertThat(spans).hasSize(1);
      SpanData span = spans.get(0);
      assertThat(span.getName()).isEqualTo("fetch");
      assertThat(span.getParentSpanId()).isEqualTo(request.getSpanContext().getSpanId());
      assertThat(span.getAttributes().get(AttributeKey.stringKey("resnet.outcome")))
          .isEqualTo("url-fetch-failed");
      request.end();
    }
  }

  /** Of a host that there is not. */
  private CountedFetches fetches(@Nullable Tracer tracer) throws Exception {
    UrlProperties properties =
        new UrlProperties(
            List.of("img.example.org"), false, List.of(), Duration.ofSeconds(50), 3, 4);
    return new CountedFetches(
        new Fetcher(
            properties,
            host -> {
              throw new UnknownHostException(host);
            },
            SSLContext.getDefault(),
            Ticker.system()),
        registry,
        Ticker.system(),
        tracer);
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
