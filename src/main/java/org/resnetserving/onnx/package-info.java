/**
 * Reads ONNX files, whatever wrote them: what a graph computes is matched, not what its nodes are
 * called. {@link org.resnetserving.onnx.OnnxReader} is the door. Knows {@code network} and {@code
 * weights} alone.
 */
@NullMarked
package org.resnetserving.onnx;

import org.jspecify.annotations.NullMarked;
