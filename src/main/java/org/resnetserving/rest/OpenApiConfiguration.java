package org.resnetserving.rest;

import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.oas.models.headers.Header;
import io.swagger.v3.oas.models.info.Info;
import io.swagger.v3.oas.models.info.License;
import io.swagger.v3.oas.models.media.JsonSchema;
import io.swagger.v3.oas.models.media.Schema;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.resnetserving.problem.ProblemType;
import org.springdoc.core.customizers.OpenApiCustomizer;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.info.BuildProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.ProblemDetail;

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

  @Bean
  AnswerSchemas answerSchemas() {
    return new AnswerSchemas();
  }

  /** Spring's class for problem documents has their further members in a map beside it. */
  @Bean
  OpenApiCustomizer problemSchema() {
    Schema<?> document =
        new JsonSchema()
            .types(Set.of("object"))
            .description("A problem document (RFC 9457); it may have further members");
    document.setRequired(List.of("type", "title", "status", "detail"));
    document
        .addProperty("type", text("uri", "urn:resnet-serving:problem:model-unknown"))
        .addProperty("title", text(null, "Unknown model"))
        .addProperty("status", new JsonSchema().types(Set.of("integer")).example(404))
        .addProperty("detail", text(null, "There is no model 'resnet49'."))
        .addProperty("instance", text("uri-reference", "/v1/models/resnet49"))
        .addProperty("help", text("uri-reference", "/problems/model-unknown"))
        .addProperty("request_id", text(null, "4b5a43f3-01"));
    return api -> api.getComponents().addSchemas(ProblemDetail.class.getSimpleName(), document);
  }

  /** What all answers to pictures say. */
  @Bean
  OpenApiCustomizer cacheStatusHeader() {
    return api ->
        api.getPaths().values().stream()
            .flatMap(path -> path.readOperations().stream())
            .filter(operation -> operation.getRequestBody() != null)
            .map(operation -> operation.getResponses().get("200"))
            .filter(Objects::nonNull)
            .forEach(
                answer ->
                    answer.addHeaderObject(
                        CacheStatus.HEADER,
                        new Header()
                            .description(
                                "Whether the pictures were answered before (RFC 9211); only where answers are kept")
                            .schema(text(null, "resnet-serving; hit"))));
  }

  private static Schema<?> text(@Nullable String format, String example) {
    return new JsonSchema().types(Set.of("string")).format(format).example(example);
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
