package org.resnetserving.catalog;

/**
 * What a network made of a picture.
 *
 * @param logits one per class, before the softmax
 * @param batchSize pictures that ran together, this one included
 */
public record Inferred(float[] logits, int batchSize) {}
