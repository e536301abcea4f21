package org.resnetserving.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.resnetserving.evaluate.LabelledPictures.LabelledPicture;
import org.resnetserving.models.Labels;
import org.w3c.dom.Document;

final class EvaluationPlotTest {

  @Test
  void plot_isWellFormed_hasItsWordsAsText_andFollowsTheReadersColours() throws Exception {
    List<LabelledPicture> pictures = new ArrayList<>();
    List<@Nullable Judgement> judgements = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      pictures.add(new LabelledPicture("p" + i, 3));
      judgements.add(i == 0 ? null : new Judgement(i % 3, 0.05 + i / 10.0, i % 3, 1));
    }
    Labels labels = Labels.read(Path.of("models/resnet20-cifar10/labels.txt"), null);
    Score score = Score.of("fp32", "fused", pictures, judgements, labels);
    String svg =
        EvaluationPlot.of(
            new Evaluation(
                "a<b", "f", 10, 1, null, 0, List.of(), List.of(score, score), List.of()));

    Document document =
        DocumentBuilderFactory.newInstance()
            .newDocumentBuilder()
            .parse(new ByteArrayInputStream(svg.getBytes(StandardCharsets.UTF_8)));
    assertThat(document.getElementsByTagName("title").item(0).getTextContent()).contains("a<b");
    assertThat(document.getElementsByTagName("text").getLength()).isEqualTo(2 * (1 + 3 * 8));
    // The paper, and of each precision two panels of bars.
    assertThat(document.getElementsByTagName("rect").getLength()).isEqualTo(1 + 2 * 2 * 15);
    assertThat(svg).contains("prefers-color-scheme:dark").doesNotContain("NaN");
  }

  @Test
  void coverage_givesTheMostConfidentAnswersFirst() {
    List<Judgement> judgements =
        List.of(
            new Judgement(0, 0.5, 1, 1),
            new Judgement(0, 0.9, 0, 1),
            new Judgement(0, 0.7, 0, 1),
            new Judgement(0, 0.6, 1, 1));
    assertThat(Coverage.of(judgements, 2))
        .containsExactly(new Coverage(0.5, 0.7, 1), new Coverage(1, 0.5, 0.5));
    assertThat(Coverage.of(judgements, 100)).hasSize(4);
    assertThat(Coverage.of(judgements, 3).get(2).accuracy()).isCloseTo(0.5, within(1e-12));
    assertThat(Coverage.of(List.of(), 10)).isEmpty();
  }
}
