/**
 * Reads published weights without Python. {@link org.resnetserving.weights.WeightFiles} tells a
 * file's format by its content and opens it as a {@link org.resnetserving.weights.StateDict}; a
 * reader per format only finds where each tensor lies, and nothing in a file is ever run. Hostile
 * and damaged files are refused in words, in bounded memory. Must not know Spring MVC, DJL, {@code
 * network} or {@code image}.
 */
@NullMarked
package org.resnetserving.weights;

import org.jspecify.annotations.NullMarked;
