package org.resnetserving.rest;

import io.swagger.v3.oas.annotations.media.Schema;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.resnetserving.dataplane.AnswerDetails;
import org.resnetserving.dataplane.RankedLabel;
import org.resnetserving.dataplane.RollUp;

/**
 * The answer to a picture.
 *
 * @param model name of the model that answered
 * @param predictions the most probable first
 * @param unsure whether the first label is less probable than the threshold of the model or of the
 *     request; present only where there is one
 * @param rollup the answer as fine as it is certain; present only when asked for
 * @param embedding the pooled features, one number per channel; present only when asked for
 * @param details present only when asked for
 */
@SuppressWarnings("ArrayRecordComponent") // Made once, compared never.
record ClassifyResponse(
    @Schema(example = "resnet50-tiny-imagenet") String model,
    List<RankedLabel> predictions,
    @Nullable Boolean unsure,
    @Nullable RollUp rollup,
    float @Nullable [] embedding,
    @Nullable AnswerDetails details)
    implements ClassifyAnswer {}
