/**
 * Reads published weights without Python: restricted readers of state dicts. Must not know Spring
 * MVC\n * or DJL.
 */
@NullMarked
package org.resnetserving.weights;

import org.jspecify.annotations.NullMarked;
