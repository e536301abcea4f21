package org.resnetserving.grpc;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.autoconfigure.AutoConfigurationImportFilter;
import org.springframework.boot.autoconfigure.AutoConfigurationMetadata;
import org.springframework.context.EnvironmentAware;
import org.springframework.core.env.Environment;
import org.springframework.util.StringUtils;

/**
 * Leaves Spring Boot's gRPC out altogether where it has no port; and its security always: keys are
 * asked for here by {@link org.resnetserving.admission.Doorkeeper}.
 */
final class GrpcSwitch implements AutoConfigurationImportFilter, EnvironmentAware {
  static final String PORT = "spring.grpc.server.port";

  private static final String GRPC = "org.springframework.boot.grpc.";
  private static final String SECURITY = GRPC + "server.autoconfigure.security.";

  private boolean on;

  @Override
  public void setEnvironment(Environment environment) {
    on = StringUtils.hasText(environment.getProperty(PORT));
  }

  @Override
  public boolean[] match(
      @Nullable String[] autoConfigurationClasses, AutoConfigurationMetadata metadata) {
    boolean[] wanted = new boolean[autoConfigurationClasses.length];
    for (int i = 0; i < wanted.length; i++) {
      String name = autoConfigurationClasses[i];
      wanted[i] = name == null || wanted(name);
    }
    return wanted;
  }

  private boolean wanted(String name) {
    return !name.startsWith(GRPC) || (on && !name.startsWith(SECURITY));
  }
}
