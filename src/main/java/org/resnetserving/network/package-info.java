/**
 * A ResNet as data: the graph, the passes over it, and the TorchScript program written from it.
 * Must\n * not know Spring or DJL.
 */
@NullMarked
package org.resnetserving.network;

import org.jspecify.annotations.NullMarked;
