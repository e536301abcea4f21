/**
 * How often a model is right, counted on pictures whose classes are known: accuracy, how far its
 * probabilities can be believed, and what a faster precision changes. Entry: {@link
 * org.resnetserving.evaluate.Evaluator}. Must not know HTTP or DJL.
 */
@NullMarked
package org.resnetserving.evaluate;

import org.jspecify.annotations.NullMarked;
