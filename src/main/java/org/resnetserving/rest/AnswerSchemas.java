package org.resnetserving.rest;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import io.swagger.v3.core.converter.AnnotatedType;
import io.swagger.v3.core.converter.ModelConverter;
import io.swagger.v3.core.converter.ModelConverterContext;
import io.swagger.v3.core.jackson.ModelResolver;
import io.swagger.v3.core.util.Json31;
import io.swagger.v3.oas.models.media.Schema;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Describes records as they are written: members in snake case, and those required that may not be
 * null.
 */
final class AnswerSchemas extends ModelResolver {
  private static final PropertyNamingStrategies.NamingBase NAMES =
      (PropertyNamingStrategies.NamingBase) PropertyNamingStrategies.SNAKE_CASE;

  AnswerSchemas() {
    super(Json31.mapper().copy().setPropertyNamingStrategy(NAMES));
    openapi31(true);
  }

  @Override
  @SuppressWarnings("rawtypes") // Swagger's own signature.
  public @Nullable Schema resolve(
      AnnotatedType type, ModelConverterContext context, Iterator<ModelConverter> next) {
    Schema resolved = super.resolve(type, context, next);
    Class<?> described = _mapper.constructType(type.getType()).getRawClass();
    if (resolved != null && described.isRecord()) {
      Schema<?> schema = resolved;
      if (resolved.get$ref() != null) {
        String ref = resolved.get$ref();
        schema = context.getDefinedModels().get(ref.substring(ref.lastIndexOf('/') + 1));
      }
      if (schema != null && schema.getProperties() != null) {
        schema.setRequired(required(described));
      }
    }
    return resolved;
  }

  private static List<String> required(Class<?> described) {
    return Arrays.stream(described.getRecordComponents())
        .filter(component -> !component.getAnnotatedType().isAnnotationPresent(Nullable.class))
        .map(AnswerSchemas::name)
        .toList();
  }

  private static String name(RecordComponent component) {
    JsonProperty given = component.getAccessor().getAnnotation(JsonProperty.class);
    return given != null ? given.value() : NAMES.translate(component.getName());
  }
}
