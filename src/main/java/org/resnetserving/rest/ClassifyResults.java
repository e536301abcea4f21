package org.resnetserving.rest;

import io.swagger.v3.oas.annotations.media.Schema;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.resnetserving.dataplane.AnswerDetails;
import org.resnetserving.dataplane.Classification;
import org.resnetserving.dataplane.RankedLabel;
import org.resnetserving.dataplane.RollUp;
import org.resnetserving.problem.HoldsProblems;
import org.resnetserving.problem.ProblemDocuments;
import org.resnetserving.problem.ProblemException;
import org.springframework.http.ProblemDetail;

/**
 * The answer to several pictures.
 *
 * @param model name of the model that answered
 * @param results one for each picture, in the order they were sent
 * @param details present only when asked for; the batch size is the largest of them
 */
record ClassifyResults(
    @Schema(example = "resnet50-tiny-imagenet") String model,
    List<Result> results,
    @Nullable AnswerDetails details)
    implements ClassifyAnswer, HoldsProblems {

  @Override
  public Stream<ProblemDetail> problems() {
    return results.stream().map(Result::problem).filter(Objects::nonNull);
  }

  /**
   * What became of one picture.
   *
   * @param predictions the most probable first; absent where there is a problem
   * @param unsure whether the first label is less probable than the threshold
   * @param rollup the answer as fine as it is certain; present only when asked for
   * @param embedding the pooled features; present only when asked for
   * @param problem what is wrong with this picture (RFC 9457)
   * @param warning what is not as it should be with the picture's file; where details are asked for
   */
  @SuppressWarnings("ArrayRecordComponent") // Made once, compared never.
  record Result(
      @Nullable List<RankedLabel> predictions,
      @Nullable Boolean unsure,
      @Nullable RollUp rollup,
      float @Nullable [] embedding,
      @Nullable ProblemDetail problem,
      @Nullable String warning) {
    static Result of(Classification said, float @Nullable [] embedding, @Nullable String warning) {
      return new Result(said.predictions(), said.unsure(), said.rollup(), embedding, null, warning);
    }

    static Result of(ProblemException problem) {
      return new Result(null, null, null, null, ProblemDocuments.of(problem), null);
    }
  }
}
