package org.resnetserving;

import java.util.Optional;
import org.resnetserving.catalog.ModelsLifecycle;
import org.resnetserving.cli.Commands;
import org.resnetserving.memory.MemoryFloor;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;
import org.springframework.boot.webmvc.autoconfigure.error.ErrorMvcAutoConfiguration;

/** Starts the service, or runs the command that the first argument names. */
@SpringBootApplication(exclude = ErrorMvcAutoConfiguration.class)
@ConfigurationPropertiesScan
public class ResNetServing {

  /** Runs the server until it is told to stop, or a command until it is done. */
  public static void main(String[] args) {
    Optional<Integer> status = Commands.standard().run(args);
    if (status.isPresent()) {
      System.exit(status.get());
    }
    SpringApplication application = new SpringApplication(ResNetServing.class);
    application.addInitializers(MemoryFloor::require, ModelsLifecycle::beginNatives);
    application.run(args);
  }
}
