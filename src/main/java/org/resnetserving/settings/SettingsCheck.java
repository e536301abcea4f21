package org.resnetserving.settings;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.springframework.beans.factory.config.BeanFactoryPostProcessor;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.env.CommandLinePropertySource;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.EnumerablePropertySource;
import org.springframework.core.env.PropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;
import org.springframework.stereotype.Component;

/**
 * Refuses settings {@code resnet.…} that no feature has, wherever they come from, and options of
 * the command line that are nobody's. Comes before any bean is made, once it is known which
 * features there are.
 */
@Component
public final class SettingsCheck implements BeanFactoryPostProcessor {
  private static final String MODELS = "models";

  /** What KServe's runtimes are told the model's name by. */
  private static final String MODEL_NAME = "model_name";

  /** Whose settings begin with these is not ours to judge. */
  private static final Set<String> OTHERS =
      Set.of("debug", "info", "logging", "management", "server", "spring", "springdoc", "trace");

  private static final Set<String> ROOTS =
      Stream.concat(Stream.of(KnownSettings.ROOT), OTHERS.stream()).collect(Collectors.toSet());

  /** What Docker and Kubernetes make of a service whose name begins with ours. */
  private static final Pattern SERVICE_LINK =
      Pattern.compile(
          ".*_(SERVICE_HOST|SERVICE_PORT(_.*)?|PORT|PORT_\\d+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?)");

  /**
   * Looks at what is given.
   *
   * @throws UnknownSetting naming all that there are not, where they come from, and what is nearest
   */
  @Override
  public void postProcessBeanFactory(ConfigurableListableBeanFactory beans) {
    List<Class<?>> records = new ArrayList<>();
    for (String name : beans.getBeanNamesForAnnotation(ConfigurationProperties.class)) {
      Class<?> type = beans.getType(name, false);
      if (type != null && type.isRecord()) {
        records.add(type);
      }
    }
    check(
        new KnownSettings(records),
        beans.getBean(
            ConfigurableApplicationContext.ENVIRONMENT_BEAN_NAME, ConfigurableEnvironment.class));
  }

  static void check(KnownSettings known, ConfigurableEnvironment environment) {
    Set<String> unknown = new LinkedHashSet<>();
    for (PropertySource<?> source : environment.getPropertySources()) {
      if (source instanceof EnumerablePropertySource<?> names) {
        for (String name : names.getPropertyNames()) {
          if (!knows(known, source, name)) {
            unknown.add(complaint(known, source, name));
          }
        }
      }
    }
    if (!unknown.isEmpty()) {
      throw new UnknownSetting(String.join(" ", unknown));
    }
  }

  private static boolean knows(KnownSettings known, PropertySource<?> source, String name) {
    if (source instanceof SystemEnvironmentPropertySource) {
      String upper = name.toUpperCase(Locale.ROOT);
      return !upper.startsWith("RESNET_")
          || SERVICE_LINK.matcher(upper).matches()
          || known.hasVariable(upper);
    }
    if (source instanceof CommandLinePropertySource<?>) {
      return isOthers(name) || known.has(name);
    }
    return !root(name).equals(KnownSettings.ROOT) || known.has(name);
  }

  private static boolean isOthers(String name) {
    return OTHERS.contains(root(name))
        || name.equals(MODEL_NAME)
        || name.replaceAll("\\[.*", "").equals(MODELS);
  }

  private static String root(String name) {
    return name.split("[.\\[]", 2)[0].toLowerCase(Locale.ROOT);
  }

  private static String complaint(KnownSettings known, PropertySource<?> source, String name) {
    if (source instanceof SystemEnvironmentPropertySource) {
      List<String> variables = known.names().stream().map(SettingsCheck::variable).toList();
      return "There is no variable '%s'; the nearest is '%s'."
          .formatted(name, Nearest.of(name.toUpperCase(Locale.ROOT), variables));
    }
    if (source instanceof CommandLinePropertySource<?>) {
      return "There is no option '--%s'; the nearest is '--%s'."
          .formatted(name, nearestOption(known, name));
    }
    return "There is no setting '%s' (%s); the nearest is '%s'."
        .formatted(name, place(source), Nearest.of(name, known.names()));
  }

  /** Of other's options only how they begin is known, so that is all that is compared. */
  private static String nearestOption(KnownSettings known, String name) {
    if (!name.contains(".") || root(name).equals(KnownSettings.ROOT)) {
      return Nearest.of(name, Stream.concat(Stream.of(MODELS), known.names().stream()).toList());
    }
    String root = Nearest.of(root(name), ROOTS);
    return root.equals(KnownSettings.ROOT)
        ? Nearest.of(name, known.names())
        : root + "." + name.split("\\.", 2)[1];
  }

  private static String variable(String setting) {
    return setting.replaceAll("[-.]", "_").toUpperCase(Locale.ROOT);
  }

  private static String place(PropertySource<?> source) {
    return source.getName().equals(StandardEnvironment.SYSTEM_PROPERTIES_PROPERTY_SOURCE_NAME)
        ? "a system property"
        : "in " + source.getName();
  }
}
