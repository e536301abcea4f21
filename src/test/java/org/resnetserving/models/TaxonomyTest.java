package org.resnetserving.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.resnetserving.models.Taxonomy.Kind;

final class TaxonomyTest {
  @TempDir private Path folder;

  @Test
  void lineage_ofEveryClassOfImageNet_endsWithAllOfThemInEntity() {
    Labels labels = Labels.read(Path.of("models/imagenet-labels.tsv"), 1000);
    Taxonomy taxonomy = labels.taxonomy().orElseThrow();
    double[] even = new double[1000];
    Arrays.fill(even, 0.001);
    for (Label label : labels.all()) {
      List<Kind> lineage = taxonomy.lineage(label.index());
      Kind last = lineage.get(lineage.size() - 1);
      assertThat(lineage.get(0).name()).isEqualTo(label.name());
      assertThat(last.name()).isEqualTo("entity");
      assertThat(last.count()).isEqualTo(1000);
      assertThat(last.sum(even)).isCloseTo(1, within(1e-12));
      assertThat(lineage).isSortedAccordingTo((a, b) -> Integer.compare(a.count(), b.count()));
    }
  }

  /** A domestic cat is a cat and a domestic animal; both are animals. */
  @Test
  void kind_thatManyWaysLeadTo_countsAClassOnce() throws IOException {
    Labels labels =
        labels("n02123045\ttabby", "n02124075\tEgyptian cat", "n02099601\tgolden retriever");
    List<Kind> lineage = labels.taxonomy().orElseThrow().lineage(0);
    double[] probabilities = {0.5, 0.25, 0.125};
    assertThat(kind(lineage, "domestic cat").sum(probabilities)).isEqualTo(0.75);
    assertThat(kind(lineage, "cat").sum(probabilities)).isEqualTo(0.75);
    assertThat(kind(lineage, "domestic animal").sum(probabilities)).isEqualTo(0.875);
    assertThat(kind(lineage, "animal").sum(probabilities)).isEqualTo(0.875);
  }

  @Test
  void lineage_ofEquallyManyClasses_hasTheDeeperKindFirst() throws IOException {
    Labels labels = labels("n02123045\ttabby", "n02099601\tgolden retriever");
    assertThat(labels.taxonomy().orElseThrow().lineage(0).stream().map(Kind::name))
        .startsWith("tabby", "domestic cat", "cat", "feline", "carnivore", "placental", "mammal");
  }

  @Test
  void way_toAKind_goesByTheParentsThatLeadThere() throws IOException {
    Labels labels = labels("n02123045\ttabby", "n02099601\tgolden retriever");
    Taxonomy taxonomy = labels.taxonomy().orElseThrow();
    Kind domestic = kind(taxonomy.lineage(0), "domestic animal");
    assertThat(taxonomy.way(0, domestic).stream().map(Kind::name))
        .containsExactly("tabby", "domestic cat", "domestic animal");
    Kind carnivore = kind(taxonomy.lineage(0), "carnivore");
    assertThat(taxonomy.way(0, carnivore).stream().map(Kind::name))
        .containsExactly("tabby", "domestic cat", "cat", "feline", "carnivore");
  }

  @Test
  void labels_withoutAPlaceInWordNet_haveNoTaxonomy() throws IOException {
    assertThat(labels("n02123045\ttabby", "\tgnu").taxonomy()).isEmpty();
    assertThat(labels("n02123045\ttabby", "n99999999\tgnu").unplaced())
        .hasValueSatisfying(label -> assertThat(label.name()).isEqualTo("gnu"));
  }

  @Test
  void named_byNameIdOrIndex_isTheClassThatIsMeant() throws IOException {
    Labels labels = labels("n02123045\ttabby", "n02012849\tcrane", "n03126707\tCrane", "\t0");
    assertThat(labels.named("TABBY")).extracting(Label::index).containsExactly(0);
    assertThat(labels.named("crane")).extracting(Label::index).containsExactly(1, 2);
    assertThat(labels.named("n03126707")).extracting(Label::index).containsExactly(2);
    assertThat(labels.named("2")).extracting(Label::index).containsExactly(2);
    assertThat(labels.named("0")).extracting(Label::index).containsExactly(3);
    assertThat(labels.named("4")).isEmpty();
    assertThat(labels.named("taby")).isEmpty();
    assertThat(labels.nearest("taby")).startsWith("the nearest are tabby");
  }

  private static Kind kind(List<Kind> lineage, String name) {
    return lineage.stream().filter(kind -> kind.name().equals(name)).findFirst().orElseThrow();
  }

  private Labels labels(String... rows) throws IOException {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < rows.length; i++) {
      text.append(i).append('\t').append(rows[i]).append('\n');
    }
    return Labels.read(
        Files.writeString(Files.createTempFile(folder, "labels", ".tsv"), text), rows.length);
  }
}
