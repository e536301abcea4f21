/**
 * Reads the model files that Keras writes: {@code .h5} with {@code model_config} inside, and {@code
 * .keras}. {@link org.resnetserving.keras.KerasReader} makes a graph of the layers that they
 * describe. Knows the graph and the weights, and nothing else of ours.
 */
@NullMarked
package org.resnetserving.keras;

import org.jspecify.annotations.NullMarked;
