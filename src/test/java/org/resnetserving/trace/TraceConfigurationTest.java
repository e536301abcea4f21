package org.resnetserving.trace;

import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.sdk.resources.Resource;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class TraceConfigurationTest {
  private static final AttributeKey<String> VERSION = AttributeKey.stringKey("service.version");
  private static final AttributeKey<String> INSTANCE =
      AttributeKey.stringKey("service.instance.id");

  @ParameterizedTest
  @CsvSource({
    "/livez, true",
    "/readyz, true",
    "/pictures/readyz, true",
    "/actuator/prometheus, true",
    "/actuator, true",
    "/v1/classify, false",
    "/predictions/livez-net, false",
    ", false",
  })
  void probes_areWhatOrchestratorsAsk(String path, boolean probe) {
    assertThat(TraceConfiguration.isProbe(path)).isEqualTo(probe);
  }

  @Test
  void resource_saysVersionAndInstance() {
    Resource more = TraceConfiguration.more(Resource.empty(), "1.2.3", "pictures-abc");
    assertThat(more.getAttribute(VERSION)).isEqualTo("1.2.3");
    assertThat(more.getAttribute(INSTANCE)).isEqualTo("pictures-abc");
  }

  @Test
  void resource_withoutAHostsName_hasAnIdOfItsOwn() {
    Resource more = TraceConfiguration.more(Resource.empty(), null, " ");
    assertThat(more.getAttribute(VERSION)).isNull();
    assertThat(UUID.fromString(more.getAttribute(INSTANCE))).isNotNull();
  }

  @Test
  void resource_thatIsGiven_stays() {
    Resource given = Resource.builder().put(VERSION, "mine").put(INSTANCE, "this-one").build();
    assertThat(TraceConfiguration.more(given, "1.2.3", "pictures-abc").getAttributes().isEmpty())
        .isTrue();
  }
}
