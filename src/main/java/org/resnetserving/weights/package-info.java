/**
 * Reads published weights without Python. {@link org.resnetserving.weights.WeightsFile} tells a
 * file's format by its content and opens it as a {@link org.resnetserving.weights.StateDict}; a
 * reader per format only finds where each tensor lies, and nothing in a file is ever run. Hostile
 * and damaged files are refused in words, in bounded memory. {@link
 * org.resnetserving.weights.FileBytes} and {@link org.resnetserving.weights.ZipDirectory} serve
 * readers of other frameworks' files too. Must not know Spring MVC, DJL, {@code network} or {@code
 * image}.
 */
@NullMarked
package org.resnetserving.weights;

import org.jspecify.annotations.NullMarked;
