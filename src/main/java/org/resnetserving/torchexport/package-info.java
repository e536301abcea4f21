/**
 * Reads what {@code torch.export.save} writes: a zip with a program as JSON, in ATen's ops, and its
 * weights. {@link org.resnetserving.torchexport.TorchExportReader} makes a graph of it; no op is
 * run. Knows the graph and the weights, and nothing else of ours.
 */
@NullMarked
package org.resnetserving.torchexport;

import org.jspecify.annotations.NullMarked;
