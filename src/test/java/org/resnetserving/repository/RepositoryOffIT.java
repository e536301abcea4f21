package org.resnetserving.repository;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.resnetserving.RunningServer;
import org.resnetserving.RunningServer.Answer;
import org.resnetserving.ServerTest;
import org.springframework.boot.test.web.server.LocalManagementPort;

/** Nobody asked for loading by request: it says how to switch it on, and does nothing. */
@ServerTest
final class RepositoryOffIT {
  private final RunningServer management;

  RepositoryOffIT(@LocalManagementPort int managementPort) {
    management = new RunningServer(managementPort);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"index", "models/resnet20-cifar10/load", "models/resnet20-cifar10/unload"})
  void address_switchedOff_saysHowToSwitchItOn(String path) {
    Answer answer = management.post("/v2/repository/" + path, new byte[0]);
    assertThat(answer.status()).isEqualTo(403);
    assertThat(answer.json().get("error").stringValue())
        .contains("--management.endpoint.models.access=unrestricted");
  }
}
