package org.resnetserving.catalog;

import org.jspecify.annotations.Nullable;

/**
 * The network as it runs.
 *
 * @param weightsSha256 digest of the weights' file, 64 hex digits
 * @param parameters trained numbers in it; null where the program came ready
 * @param precision that it is computed in: fp32, bf16, int8 or fp16
 */
public record ProgramSummary(String weightsSha256, @Nullable Long parameters, String precision) {}
