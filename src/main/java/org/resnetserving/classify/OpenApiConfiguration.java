package org.resnetserving.classify;

import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.oas.models.info.Info;
import io.swagger.v3.oas.models.info.License;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.resnetserving.problem.ProblemType;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.info.BuildProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** What the OpenAPI document says of the service as a whole. */
@Configuration(proxyBeanMethods = false)
class OpenApiConfiguration {
  @Bean
  OpenAPI openApi(ObjectProvider<BuildProperties> build) {
    BuildProperties properties = build.getIfAvailable();
    return new OpenAPI()
        .info(
            new Info()
                .title("ResNet Serving")
                .version(properties == null ? "development" : properties.getVersion())
                .description(description())
                .license(new License().name("Apache-2.0").identifier("Apache-2.0")));
  }

  private static String description() {
    return Arrays.stream(ProblemType.values())
        .map(type -> "| `%s` | %s |".formatted(type.uri(), type.title()))
        .collect(
            Collectors.joining(
                "\n",
                """
                Classifies pictures with pretrained ResNets.

                Every failure is a problem document (RFC 9457) whose `type` is one of:

                | type | title |
                |---|---|
                """,
                "\n"));
  }
}
