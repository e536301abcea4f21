package org.resnetserving.bulk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.resnetserving.bulk.Answer.Guess;
import org.resnetserving.models.Label;
import org.resnetserving.problem.ProblemException;
import org.resnetserving.problem.ProblemType;

final class BulkTest {
  private static final ResultFormat JSON = new ResultFormat(false, "m", 1, "probability");
  private static final ResultFormat CSV = new ResultFormat(true, "m", 1, "probability");

  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private final ConcurrentLinkedQueue<String> asked = new ConcurrentLinkedQueue<>();

  @TempDir private Path folder;
  private Path list;
  private Path output;

  @BeforeEach
  void list() throws IOException {
    list = folder.resolve("list.txt");
    output = folder.resolve("results");
    Files.write(list, IntStream.range(0, 100).mapToObj(i -> "p" + i + ".jpg").toList());
  }

  /** Says what a picture is called; of one whose number ends with 7 it says that it is bad. */
  private class Names implements Bulk.Classifier {
    @Override
    public int atOnce() {
      return 4;
    }

    @Override
    public Answer classify(String name) throws IOException, InterruptedException {
      asked.add(name);
      return name.endsWith("7.jpg")
          ? Answer.of(new ProblemException(ProblemType.IMAGE_TRUNCATED, "It ends, early."))
          : Answer.of(List.of(new Guess(new Label(3, name, "n1"), 0.5)));
    }
  }

  @Test
  void run_writesALineForEachInTheOrderOfTheNames_badOnesToo() throws Exception {
    CountDownLatch second = new CountDownLatch(1);
    Bulk.Classifier slowFirst =
        new Names() {
          @Override
          public Answer classify(String name) throws IOException, InterruptedException {
            if (name.equals("p0.jpg")) {
              second.await();
            }
            Answer answer = super.classify(name);
            second.countDown();
            return answer;
          }
        };
    run(slowFirst, JSON, Shard.WHOLE);
    List<String> lines = Files.readAllLines(output);
    assertThat(lines).hasSize(100);
    assertThat(lines.get(0))
        .isEqualTo(
            "{\"path\":\"p0.jpg\",\"model\":\"m\",\"predictions\":[{\"label\":\"p0.jpg\","
                + "\"index\":3,\"wnid\":\"n1\",\"probability\":0.5}]}");
    assertThat(lines.get(7))
        .isEqualTo(
            "{\"path\":\"p7.jpg\",\"model\":\"m\",\"problem\":\"image-truncated\","
                + "\"detail\":\"It ends, early.\"}");
    assertThat(lines.get(99)).contains("p99.jpg");
    assertThat(err.toString()).contains("100 of 100", "a second", "10 without an answer");
  }

  @Test
  void run_withCommas_quotesThemInValues() throws Exception {
    run(new Names(), CSV, Shard.WHOLE);
    assertThat(Files.readAllLines(output))
        .hasSize(101)
        .startsWith(
            "path,model,problem,detail,label_1,index_1,probability_1", "p0.jpg,m,,,p0.jpg,3,0.5")
        .contains("p7.jpg,m,image-truncated,\"It ends, early.\",,,");
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void run_afterItWasKilled_goesOnAfterTheLastWholeLine(boolean commas) throws Exception {
    ResultFormat format = commas ? CSV : JSON;
    run(new Names(), format, Shard.WHOLE);
    List<String> whole = Files.readAllLines(output);
    List<String> left = new ArrayList<>(whole.subList(0, 42));
    Files.write(output, left);
    Files.writeString(output, whole.get(42).substring(0, 5), StandardOpenOption.APPEND);
    asked.clear();
    run(new Names(), format, Shard.WHOLE);
    assertThat(Files.readAllLines(output)).isEqualTo(whole);
    assertThat(asked).hasSize(whole.size() - 42).doesNotContain("p40.jpg");
    asked.clear();
    run(new Names(), format, Shard.WHOLE);
    assertThat(asked).isEmpty();
    assertThat(Files.readAllLines(output)).isEqualTo(whole);
  }

  @Test
  void run_thatFails_keepsWhatWasDone() throws Exception {
    Bulk.Classifier breaks =
        new Names() {
          @Override
          public Answer classify(String name) throws IOException, InterruptedException {
            if (name.equals("p50.jpg")) {
              throw new IOException("the model failed");
            }
            return super.classify(name);
          }
        };
    assertThatThrownBy(() -> run(breaks, JSON, Shard.WHOLE))
        .isInstanceOf(IOException.class)
        .hasMessage("the model failed");
    assertThat(Files.readAllLines(output)).hasSize(50);
    run(new Names(), JSON, Shard.WHOLE);
    assertThat(Files.readAllLines(output)).hasSize(100);
  }

  @Test
  void run_ofOtherPicturesOrAnotherModel_isRefused() throws Exception {
    run(new Names(), JSON, Shard.WHOLE);
    assertThatThrownBy(
            () -> run(new Names(), new ResultFormat(false, "other", 1, "probability"), Shard.WHOLE))
        .hasMessageContaining("another picture, model");
    assertThatThrownBy(() -> run(new Names(), JSON, new Shard(0, 2)))
        .hasMessageContaining("100 results, but there are 50 pictures");
    Files.write(list, List.of("p0.jpg"));
    assertThatThrownBy(() -> run(new Names(), JSON, Shard.WHOLE))
        .hasMessageContaining("1 pictures");
    Files.delete(output);
    run(new Names(), CSV, Shard.WHOLE);
    assertThatThrownBy(
            () -> run(new Names(), new ResultFormat(true, "m", 2, "probability"), Shard.WHOLE))
        .hasMessageContaining("number of predictions");
  }

  @Test
  void run_ofShards_isAllOfIt() throws Exception {
    for (int i = 0; i < 3; i++) {
      output = folder.resolve("results-" + i);
      run(new Names(), JSON, new Shard(i, 3));
    }
    assertThat(Files.readAllLines(folder.resolve("results-0"))).hasSize(34);
    assertThat(Files.readAllLines(folder.resolve("results-2"))).hasSize(33);
    assertThat(asked).hasSize(100).doesNotHaveDuplicates();
  }

  private void run(Bulk.Classifier classifier, ResultFormat format, Shard shard) throws Exception {
    new Bulk(classifier, format, shard, new PrintStream(err, true), false)
        .run(list.toString(), InputStream.nullInputStream(), output);
  }
}
