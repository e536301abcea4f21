package org.resnetserving.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.resnetserving.serving.ServedModel;
import org.resnetserving.serving.TestModels;

/** Models that come and go. */
final class CatalogTest {
  private final ServedModel first = TestModels.model("first");
  private final Catalog catalog = new Catalog(List.of(first));

  @Test
  void add_ofANameThatIsThere_changesNothing() {
    ServedModel one = TestModels.model("other");
    ServedModel two = TestModels.model("other");
    assertThat(catalog.add(one)).isTrue();
    assertThat(catalog.add(two)).isFalse();
    assertThat(catalog.serves(one)).isTrue();
    assertThat(catalog.serves(two)).isFalse();
  }

  @Test
  void remove_byName_tellsWhichOneWent() {
    ServedModel one = TestModels.model("other");
    catalog.add(one);
    assertThat(catalog.remove("other")).contains(one);
    assertThat(catalog.remove("other")).isEmpty();
    assertThat(catalog.models()).containsExactly(first);
  }

  @Test
  void remove_ofTheDefaultModel_isRefused() {
    assertThatThrownBy(() -> catalog.remove("first"))
        .hasMessage("'first' is the default model and stays");
  }
}
