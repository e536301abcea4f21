package org.resnetserving.settings;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.source.ConfigurationProperty;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.diagnostics.FailureAnalyzer;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;

/** Tells of a setting that there is not, or whose value is none of those that it takes. */
@Order(Ordered.HIGHEST_PRECEDENCE)
final class SettingsRefusal implements FailureAnalyzer {
  private static final String ACTION =
      "Correct it and start again; the README lists the settings, and --help the commands.";

  @Override
  public @Nullable FailureAnalysis analyze(Throwable failure) {
    for (Throwable t = failure; t != null; t = t.getCause()) {
      if (t instanceof UnknownSetting) {
        return new FailureAnalysis(t.getMessage(), ACTION, t);
      }
      if (t instanceof BindException bind) {
        return new FailureAnalysis(description(bind), ACTION, t);
      }
    }
    return null;
  }

  private static String description(BindException failure) {
    Throwable root = failure;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    ConfigurationProperty property = failure.getProperty();
    if (property == null) {
      return String.valueOf(root.getMessage());
    }
    Class<?> type = failure.getTarget().getType().resolve(Object.class);
    return "%s is '%s' (%s), but must be %s."
        .formatted(
            property.getName(),
            property.getValue(),
            property.getOrigin() == null ? "given" : property.getOrigin(),
            wanted(type, root));
  }

  private static String wanted(Class<?> type, Throwable root) {
    if (type.isEnum()) {
      return Arrays.stream(type.getEnumConstants())
          .map(value -> value.toString().toLowerCase(Locale.ROOT))
          .collect(Collectors.joining(", ", "one of ", ""));
    }
    return switch (type.getSimpleName()) {
      case "int", "long", "Integer", "Long" -> "a whole number";
      case "float", "double", "Float", "Double" -> "a number";
      case "boolean", "Boolean" -> "true or false";
      case "Duration" -> "a time such as 500ms, 10s or 2m";
      case "DataSize" -> "a size such as 512KB, 20MB or 1GB";
      default -> "another value: " + root.getMessage();
    };
  }
}
