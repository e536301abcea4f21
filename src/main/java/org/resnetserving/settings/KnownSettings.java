package org.resnetserving.settings;

import java.lang.reflect.RecordComponent;
import java.util.Collection;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.springframework.boot.context.properties.ConfigurationProperties;

/** The names of the service's own settings, read off the records that they are bound to. */
final class KnownSettings {
  /** What all of them begin with. */
  static final String ROOT = "resnet";

  private static final String OURS = "org.resnetserving.";
  private static final Pattern CAPITAL = Pattern.compile("(?=[A-Z])");

  /** An element of a list, and all that follows: {@code [0].host}. */
  private static final Pattern ELEMENT = Pattern.compile("\\[.*");

  /** The same in the environment: {@code _0_HOST}. */
  private static final Pattern ELEMENT_OF_ENVIRONMENT = Pattern.compile("_\\d+(_.*)?$");

  private final Set<String> names = new TreeSet<>();
  private final Set<String> prefixes = new TreeSet<>();

  /**
   * @param records annotated with {@link ConfigurationProperties}; those of others are passed over
   */
  KnownSettings(Collection<Class<?>> records) {
    for (Class<?> type : records) {
      ConfigurationProperties annotation = type.getAnnotation(ConfigurationProperties.class);
      if (annotation != null && annotation.value().split("\\.", -1)[0].equals(ROOT)) {
        add(annotation.value(), type);
      }
    }
  }

  private void add(String prefix, Class<?> type) {
    for (RecordComponent component : type.getRecordComponents()) {
      String name = prefix + "." + dashed(component.getName());
      Class<?> value = component.getType();
      if (value.isRecord() && value.getName().startsWith(OURS)) {
        add(name, value);
      } else if (Map.class.isAssignableFrom(value)) {
        prefixes.add(name + ".");
      } else {
        names.add(name);
      }
    }
  }

  private static String dashed(String name) {
    return CAPITAL.matcher(name).replaceAll("-").toLowerCase(Locale.ROOT);
  }

  /** All of them, as the manual writes them. */
  Set<String> names() {
    return names;
  }

  /** Whether it is one of them, in any of the ways that Spring takes, outside the environment. */
  boolean has(String name) {
    String plain = plain(ELEMENT.matcher(name).replaceFirst(""));
    return names.stream().anyMatch(known -> plain(known).equals(plain))
        || prefixes.stream().anyMatch(prefix -> plain(name).startsWith(plain(prefix)));
  }

  /** Whether a variable of the environment, such as {@code RESNET_IMAGE_MAX_BYTES}, is one. */
  boolean hasVariable(String variable) {
    String bare = bare(ELEMENT_OF_ENVIRONMENT.matcher(variable).replaceFirst(""));
    return names.stream().anyMatch(known -> bare(known).equals(bare))
        || prefixes.stream().anyMatch(prefix -> bare(variable).startsWith(bare(prefix)));
  }

  private static String plain(String name) {
    return name.replaceAll("[-_]", "").toLowerCase(Locale.ROOT);
  }

  private static String bare(String name) {
    return plain(name).replace(".", "");
  }
}
