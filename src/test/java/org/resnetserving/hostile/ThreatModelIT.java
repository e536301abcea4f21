package org.resnetserving.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Descriptors.MethodDescriptor;
import inference.ModelInferRequest;
import io.grpc.health.v1.HealthGrpc;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.resnetserving.RunningServer;
import org.resnetserving.ServerTest;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalManagementPort;
import org.springframework.context.ApplicationContext;
import org.springframework.web.servlet.handler.AbstractUrlHandlerMapping;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;

/** What SECURITY.md says, beside what the running service has. */
@ServerTest
final class ThreatModelIT {
  private static final Path SECURITY = Path.of(".github/SECURITY.md");
  private static final Pattern CODE = Pattern.compile("`([^`]+)`");

  private final ApplicationContext context;
  private final RunningServer management;

  ThreatModelIT(@Autowired ApplicationContext context, @LocalManagementPort int managementPort) {
    this.context = context;
    this.management = new RunningServer(managementPort);
  }

  /** The cells of its tables of entries. */
  private static List<String[]> rows() {
    try (Stream<String> lines = Files.lines(SECURITY)) {
      return lines
          .filter(line -> line.startsWith("| "))
          .map(line -> line.substring(2).split(" *\\| *"))
          .filter(cells -> cells.length == 4)
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Set<String> code(String cell) {
    return CODE.matcher(cell)
        .results()
        .map((MatchResult found) -> found.group(1))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static Set<String> entries() {
    return rows().stream()
        .flatMap(row -> code(row[0]).stream())
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static boolean covers(String entry, String address) {
    String pattern =
        Stream.of(entry.split("\\*+", -1)).map(Pattern::quote).collect(Collectors.joining(".*"));
    return address.matches(pattern);
  }

  @Test
  void tests_thatAreNamed_exist() throws IOException {
    Set<String> there;
    try (Stream<Path> files = Files.walk(Path.of("src/test/java"))) {
      there =
          files
              .map(file -> file.getFileName().toString())
              .filter(name -> name.endsWith(".java"))
              .map(name -> name.replace(".java", ""))
              .collect(Collectors.toSet());
    }
    List<String> named =
        CODE.matcher(Files.readString(SECURITY))
            .results()
            .map(found -> found.group(1))
            .filter(word -> word.matches("[A-Z]\\w*(Test|IT)"))
            .toList();
    assertThat(named).hasSizeGreaterThan(50);
    assertThat(there).containsAll(named);
  }

  @Test
  void rows_sayWhoAndBoundAndTest() {
    assertThat(rows())
        .hasSizeGreaterThan(40)
        .allSatisfy(row -> assertThat(row).allSatisfy(cell -> assertThat(cell).isNotBlank()));
  }

  @Test
  void addresses_ofTheClientsPort_haveARow() {
    Set<String> addresses = new TreeSet<>();
    for (RequestMappingHandlerMapping mapping :
        context.getBeansOfType(RequestMappingHandlerMapping.class).values()) {
      mapping
          .getHandlerMethods()
          .keySet()
          .forEach(info -> addresses.addAll(info.getPatternValues()));
    }
    for (AbstractUrlHandlerMapping mapping :
        context.getBeansOfType(AbstractUrlHandlerMapping.class).values()) {
      addresses.addAll(mapping.getHandlerMap().keySet());
    }
    // What no other takes: Spring's place for static files, where none lie.
    addresses.remove("/**");
    assertThat(addresses).hasSizeGreaterThan(30);
    Set<String> entries = entries();
    assertThat(addresses)
        .filteredOn(address -> entries.stream().noneMatch(entry -> covers(entry, address)))
        .as("addresses for which SECURITY.md has no row")
        .isEmpty();
  }

  @Test
  void endpoints_ofTheManagementPort_haveARow() {
    assertThat(entries())
        .containsAll(
            management.get("/actuator").json().get("_links").propertyNames().stream()
                .filter(name -> !name.equals("self") && !name.contains("-"))
                .toList());
  }

  @Test
  void calls_ofGrpc_haveARow() {
    List<String> calls =
        Stream.concat(
                ModelInferRequest.getDescriptor().getFile().getServices().stream()
                    .flatMap(service -> service.getMethods().stream())
                    .map(MethodDescriptor::getName),
                HealthGrpc.getServiceDescriptor().getMethods().stream()
                    .map(method -> String.valueOf(method.getBareMethodName())))
            .toList();
    assertThat(calls).hasSizeGreaterThan(8);
    assertThat(entries()).containsAll(calls);
  }
}
