package org.resnetserving.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.resnetserving.models.DescriptorException;
import org.resnetserving.models.ModelDescriptor;

final class CatalogPropertiesTest {
  @TempDir private Path folder;

  @Test
  void modelsThatNobodyNames_areTheBundledOnes() {
    assertThat(served(List.of(), Path.of("models")))
        .containsExactly("resnet50-tiny-imagenet", "resnet20-cifar10");
  }

  @Test
  void onlyModel_isServed_byTheNameThatIsAskedFor() throws IOException {
    Files.copy(Path.of("src/test/resources/golden/folders/cifar.mar"), folder.resolve("net.mar"));

    assertThat(served(List.of(), folder)).containsExactly("net");
    assertThat(served(List.of("cats"), folder)).containsExactly("cats");
    assertThat(served(List.of("resnet20-cifar10", "cats"), Path.of("models"), folder))
        .containsExactly("resnet20-cifar10", "cats");
  }

  @Test
  void modelThatIsNotThere_isRefusedWithThoseThatAre() {
    assertThatThrownBy(() -> served(List.of("x"), folder))
        .isInstanceOf(DescriptorException.class)
        .hasMessageContaining("asks for 'x', but " + folder + " describes no model");
  }

  private static List<String> served(List<String> names, Path... folders) {
    return new CatalogProperties(names, List.of(folders), null, null)
        .served().stream().map(ModelDescriptor::name).toList();
  }
}
