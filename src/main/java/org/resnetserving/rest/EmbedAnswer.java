package org.resnetserving.rest;

import io.swagger.v3.oas.annotations.media.Schema;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.resnetserving.dataplane.AnswerDetails;
import org.resnetserving.problem.HoldsProblems;
import org.springframework.http.ProblemDetail;

/** What a request for embeddings is answered with: by how many pictures it brought. */
@Schema(oneOf = {EmbedAnswer.One.class, EmbedAnswer.Several.class})
@SuppressWarnings("ArrayRecordComponent") // Made once, compared never.
sealed interface EmbedAnswer {
  /**
   * The answer to a picture.
   *
   * @param model name of the model that answered
   * @param embedding the pooled features, one number per channel of the last feature map
   * @param details present only when asked for
   */
  @Schema(name = "Embedding")
  record One(
      @Schema(example = "resnet50-tiny-imagenet") String model,
      float[] embedding,
      @Nullable AnswerDetails details)
      implements EmbedAnswer {}

  /**
   * The answer to several pictures.
   *
   * @param model name of the model that answered
   * @param results one for each picture, in the order they were sent
   * @param details present only when asked for; the batch size is the largest of them
   */
  @Schema(name = "Embeddings")
  record Several(
      @Schema(example = "resnet50-tiny-imagenet") String model,
      List<Result> results,
      @Nullable AnswerDetails details)
      implements EmbedAnswer, HoldsProblems {

    @Override
    public Stream<ProblemDetail> problems() {
      return results.stream().map(Result::problem).filter(Objects::nonNull);
    }
  }

  /**
   * What became of one picture.
   *
   * @param embedding the pooled features; absent where there is a problem
   * @param problem what is wrong with this picture (RFC 9457)
   */
  @Schema(name = "EmbeddingResult")
  record Result(float @Nullable [] embedding, @Nullable ProblemDetail problem) {}
}
