package org.resnetserving.dataplane;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How an answer came about.
 *
 * @param weightsSha256 digest of the weights' file
 * @param precision the network was computed in
 * @param batchSize pictures that ran together with this one, itself included; the most, of several
 * @param stagesMs milliseconds spent in each stage
 * @param totalMs milliseconds from the request's arrival to this answer
 * @param warning what is not as it should be with the picture's file, such as a missing end
 */
public record AnswerDetails(
    String weightsSha256,
    String precision,
    int batchSize,
    Map<String, Double> stagesMs,
    double totalMs,
    @Nullable String warning) {}
