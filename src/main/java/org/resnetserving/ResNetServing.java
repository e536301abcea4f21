package org.resnetserving;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;

/** Starts the service. */
@SpringBootApplication
@ConfigurationPropertiesScan
public class ResNetServing {

  /** Runs the server until it is told to stop. */
  public static void main(String[] args) {
    SpringApplication.run(ResNetServing.class, args);
  }
}
