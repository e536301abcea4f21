package org.resnetserving.catalog;

/**
 * The network as it runs.
 *
 * @param weightsSha256 digest of the weights' file, 64 hex digits
 * @param parameters trained numbers in it
 * @param precision that it is computed in: fp32, bf16, int8 or fp16
 */
public record ProgramSummary(String weightsSha256, long parameters, String precision) {}
