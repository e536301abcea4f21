package org.resnetserving.rest;

import io.swagger.v3.oas.annotations.media.Schema;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.resnetserving.dataplane.RankedLabel;
import org.resnetserving.dataplane.RollUp;

/** What a request to several models is answered with: by how many pictures it brought. */
@Schema(oneOf = {EnsembleAnswer.One.class, EnsembleAnswer.Several.class})
sealed interface EnsembleAnswer {
  /**
   * The answer to a picture.
   *
   * @param models names of the models that answered together
   * @param predictions the most probable first, by the mean of the models' probabilities
   * @param unsure whether the first label is less probable than the threshold; where one is given
   * @param rollup the answer as fine as it is certain; present only when asked for
   */
  @Schema(name = "EnsembleResponse")
  record One(
      List<String> models,
      List<RankedLabel> predictions,
      @Nullable Boolean unsure,
      @Nullable RollUp rollup)
      implements EnsembleAnswer {}

  /**
   * The answer to several pictures.
   *
   * @param models names of the models that answered together
   * @param results one for each picture, in the order they were sent
   */
  @Schema(name = "EnsembleResults")
  record Several(List<String> models, List<ClassifyResults.Result> results)
      implements EnsembleAnswer {}
}
