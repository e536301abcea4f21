package org.resnetserving.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.resnetserving.ops.Manifests.stream;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.JarFile;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The jar says under which terms the libraries in it are redistributed. */
class LicencesIT {

  private static final String FOLDER = "META-INF/licenses/";

  private static String entry(String name) throws IOException {
    try (JarFile jar = new JarFile("target/resnet-serving.jar")) {
      assertThat(jar.getEntry(name)).as(name).isNotNull();
      return new String(jar.getInputStream(jar.getEntry(name)).readAllBytes());
    }
  }

  @ParameterizedTest
  @CsvSource({
    "libtorch/LICENSE.txt, 'Facebook, Inc'",
    "onemkl/LICENSE.txt, Intel Simplified Software License",
    "openblas/LICENSE.txt, The OpenBLAS Project",
    "opencv/libjpeg-turbo-LICENSE.md.txt, libjpeg-turbo",
    "Apache-2.0.txt, Version 2.0",
    "wordnet/LICENSE.txt, Princeton University",
  })
  void texts_areInTheJar(String file, String words) throws IOException {
    String path = FOLDER + file;
    assertThat(entry(path.replace(".md.txt", ".md"))).contains(words);
  }

  @ParameterizedTest
  @CsvSource({
    "pytorch-native-cpu, 'BSD-3-Clause,Intel Simplified Software License (oneMKL, on x86_64)'",
    "opencv, 'Apache-2.0,IJG,BSD-3-Clause,Zlib,libpng-2.0,libtiff'",
    "openblas, 'BSD-3-Clause,GPL-3.0-with-GCC-exception,LGPL-2.1-or-later'",
    "javacpp, Apache-2.0",
    "pytorch-engine, Apache-2.0",
  })
  void billOfMaterials_hasTheLicencesOfWhatIsInThePackage(String name, String licences)
      throws IOException {
    JsonNode materials =
        new ObjectMapper().readTree(entry("META-INF/sbom/application.cdx.json")).get("components");
    List<String> named =
        stream(materials)
            .filter(component -> component.get("name").asText().equals(name))
            .map(
                component ->
                    stream(component.get("licenses"))
                        .map(
                            licence ->
                                licence.at("/license/id").asText()
                                    + licence.at("/license/name").asText())
                        .collect(Collectors.joining(",")))
            .toList();
    assertThat(named).isNotEmpty().containsOnly(licences);
  }

  /** A newer library may come with other terms: whoever changes the version looks at them. */
  @Test
  void texts_areOfTheVersionsThatAreInTheJar() throws IOException {
    String table = entry(FOLDER + "README.md");
    String pom = Files.readString(Path.of("pom.xml"));
    for (String property : List.of("djl", "pytorch", "javacpp", "opencv", "openblas")) {
      Matcher version = Pattern.compile("<%s.version>([0-9.]+)".formatted(property)).matcher(pom);
      assertThat(version.find()).as(property).isTrue();
      assertThat(table).contains(version.group(1).replaceFirst("\\.$", ""));
    }
  }
}
