package org.resnetserving.serving;

import org.jspecify.annotations.Nullable;
import org.resnetserving.engine.Inference;

/**
 * What a model says about one picture.
 *
 * @param inference the network's answer
 * @param batchSize pictures that ran together, this one included
 * @param warning what is not as it should be with the picture's file, though all of its pixels are
 *     there; null where there is nothing
 */
public record PictureResult(Inference inference, int batchSize, @Nullable String warning) {}
