package org.resnetserving;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The service with natives that were unpacked before, in a folder that it may only read. */
@EnabledOnOs(value = OS.LINUX, disabledReason = "Reads /proc, and needs setpriv where it is root.")
@Timeout(400)
final class ReadOnlyNativesIT {
  private static final String[] MODEL = {
    ServiceProcess.SMALL + ".yml",
    ServiceProcess.SMALL + "/labels.txt",
    ServiceProcess.SMALL + "/" + ServiceProcess.SMALL + ".safetensors"
  };

  /** Root may write everywhere: it becomes somebody else. */
  private static final List<String> NOBODY =
      List.of("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups");

  @TempDir private Path folder;

  @Test
  void service_withNativesUnpackedBefore_usesThemAndWritesNone() throws Exception {
    // Nobody may look into the folders that JUnit makes.
    permit(folder, "rwxr-xr-x");
    Path jar =
        Files.copy(
            ServiceProcess.JAR, folder.resolve("service.jar"), StandardCopyOption.COPY_ATTRIBUTES);
    Path models = folder.resolve("models");
    for (String file : MODEL) {
      Path copy = models.resolve(file);
      Files.createDirectories(copy.getParent());
      Files.copy(Path.of("models").resolve(file), copy);
    }
    Path natives = folder.resolve("natives");
    String[] arguments = {
      "--models=" + ServiceProcess.SMALL,
      "--resnet.models-directory=" + models,
      "--resnet.native-directory=" + natives
    };
    Path first = Files.createDirectory(folder.resolve("first"));
    try (ServiceProcess unpacking = ServiceProcess.start(first, List.of(), jar, arguments)) {
      unpacking.awaitReady(ServiceProcess.SMALL);
      unpacking.terminate();
      unpacking.awaitEnd(Duration.ofSeconds(60));
    }
    List<Path> unpacked = files(natives);
    for (Path file : unpacked) {
      permit(file, Files.isDirectory(file) ? "r-xr-xr-x" : "r--r--r--");
    }

    Path second = Files.createDirectory(folder.resolve("second"));
    permit(second, "rwxrwxrwx");
    boolean root = "root".equals(System.getProperty("user.name"));
    try (ServiceProcess reading =
        ServiceProcess.start(second, root ? NOBODY : List.of(), jar, arguments)) {
      reading.awaitReady(ServiceProcess.SMALL);
      byte[] picture = RunningServer.picture("pictures/cat.jpg");
      assertThat(
              reading.client().post("/v1/classify", picture, "Content-Type", "image/jpeg").status())
          .isEqualTo(200);
      List<String> libraries =
          Files.readAllLines(Path.of("/proc", String.valueOf(reading.pid()), "maps")).stream()
              .filter(line -> line.contains("libtorch_cpu") || line.contains("libopencv_core"))
              .toList();
      assertThat(libraries)
          .allMatch(line -> line.contains(natives.toString()))
          .anyMatch(line -> line.contains("libtorch_cpu"))
          .anyMatch(line -> line.contains("libopencv_core"));
      assertThat(files(natives)).isEqualTo(unpacked);
      assertThat(files(second)).noneMatch(file -> file.toString().contains(".so"));
    } finally {
      // Whoever removes the folder may have to write to it.
      for (Path file : unpacked) {
        permit(file, "rwxr-xr-x");
      }
    }
  }

  private static List<Path> files(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(file -> !Files.isSymbolicLink(file)).sorted().toList();
    }
  }

  private static void permit(Path file, String permissions) throws IOException {
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));
  }
}
